using Rubato.Model.Scanning;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>Facts of one row group.</summary>
internal sealed class IndexRowGroup
{
    /// <summary>Its first span's position in the block.</summary>
    public required int FirstRow { get; init; }

    public required int SpanCount { get; init; }

    public required int EventCount { get; init; }

    public required int LinkCount { get; init; }

    /// <summary>Its first trace in the trace table.</summary>
    public required int FirstTrace { get; init; }

    public required int TraceCount { get; init; }

    public required TimeRange TimeRange { get; init; }

    public required ulong MaxTraceStartUnixNano { get; init; }

    /// <summary>By the column's ordinal.</summary>
    public required ColumnStatistics[] Columns { get; init; }
}
