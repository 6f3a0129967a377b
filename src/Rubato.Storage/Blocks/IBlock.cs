using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks;

/// <summary>
/// A stored block, open for reading by many threads. Cheap to keep: it holds names; index and footer are in the
/// <see cref="IBlockCache"/> and come back when needed. Damage is a <see cref="SegmentDamagedException"/> that names the block.
/// </summary>
public interface IBlock : IDisposable
{
    string Name { get; }

    /// <summary>What memory alone says: false when the trace is not here, true when it nearly certainly is, null when something must be read to know.</summary>
    bool? MayHaveTrace(TraceId traceId);

    /// <summary>As <see cref="OpenSegmentsAsync"/>, from memory alone; null when something must be read.</summary>
    IReadOnlyList<ISpanSegment>? TryOpenSegments();

    /// <summary>One segment for each row group; reads index.bin unless it is cached.</summary>
    ValueTask<IReadOnlyList<ISpanSegment>> OpenSegmentsAsync(CancellationToken cancellationToken);

    /// <summary>Only the row group that has the trace, or null when the block has not.</summary>
    ValueTask<ISpanSegment?> FindTraceAsync(TraceId traceId, CancellationToken cancellationToken);

    /// <summary>Row groups and columns with their sizes; reads index and footer.</summary>
    ValueTask<BlockDescription> DescribeAsync(CancellationToken cancellationToken);
}
