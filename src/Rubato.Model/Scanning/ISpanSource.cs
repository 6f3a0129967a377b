using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.Model.Scanning;

/// <summary>
/// The narrow waist between asking and storing: everything a tenant has, recent data and blocks, as one consistent
/// snapshot. A span that moves from recent data into a block is in exactly one of the segments of a snapshot.
/// </summary>
public interface ISpanSource
{
    /// <summary>
    /// Opens the segments that may hold spans of traces that touch the range. Recent segments come first, then blocks,
    /// those with the newest traces first.
    /// </summary>
    ValueTask<SpanSnapshot> OpenAsync(TenantId tenant, TimeRange range, CancellationToken cancellationToken);

    /// <summary>Opens only the segments that may hold the trace (recent data, and blocks whose index does not rule it out).</summary>
    ValueTask<SpanSnapshot> OpenTraceAsync(TenantId tenant, TraceId traceId, TimeRange range, CancellationToken cancellationToken);
}

/// <summary>The segments that a query works on; keep it until the last read is done, then dispose it.</summary>
public sealed class SpanSnapshot(IReadOnlyList<ISpanSegment> segments, IReadOnlyList<string> problems, int blockCount, long blockBytes, Action? release = null)
    : IDisposable
{
    private Action? _release = release;

    public IReadOnlyList<ISpanSegment> Segments { get; } = segments;

    /// <summary>What is missing from the snapshot (damaged blocks, by name): the answer is then not complete and says so.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;

    public int BlockCount { get; } = blockCount;

    public long BlockBytes { get; } = blockBytes;

    /// <summary>Of the blocks, those whose index ruled them out when the snapshot was opened.</summary>
    public int SkippedBlockCount { get; init; }

    /// <summary>Blocks of the tenant that were left out because no trace in them touches the range.</summary>
    public int BlocksOutOfRange { get; init; }

    public void Dispose() => Interlocked.Exchange(ref _release, null)?.Invoke();
}
