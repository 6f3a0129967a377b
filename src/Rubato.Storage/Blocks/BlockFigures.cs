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

    public required long DataBytes { get; init; }

    public required long IndexBytes { get; init; }
}
