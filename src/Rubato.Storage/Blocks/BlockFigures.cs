using Rubato.Model.Scanning;

namespace Rubato.Storage.Blocks;

/// <summary>What a writer knows about the block it wrote: the facts for rubato.json.</summary>
public sealed record BlockFigures
{
    public required int SpanCount { get; init; }

    public required int TraceCount { get; init; }

    public required long EventCount { get; init; }

    public required long LinkCount { get; init; }

    /// <summary>Spans left out because the same trace id, span id and kind stood there already.</summary>
    public required int DuplicateCount { get; init; }

    public required int RowGroupCount { get; init; }

    /// <summary>Smallest span start and largest span end.</summary>
    public required TimeRange TimeRange { get; init; }

    /// <summary>Bounds of the traces' starts.</summary>
    public required ulong MinTraceStartUnixNano { get; init; }

    public required ulong MaxTraceStartUnixNano { get; init; }

    /// <summary>Bytes of the Parquet footer, without the 8 bytes of length and magic after it.</summary>
    public required int FooterBytes { get; init; }

    /// <summary>XXH3-64 of index.bin, 16 hexadecimal digits.</summary>
    public required string IndexChecksum { get; init; }

    public required long DataBytes { get; init; }

    public required long IndexBytes { get; init; }
}
