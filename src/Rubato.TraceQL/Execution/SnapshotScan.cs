using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Execution;

/// <summary>
/// Reads all spans of a snapshot once, segments side by side, for questions that are not TraceQL, such as the service graph. What every question has to mind is done
/// here: repeated spans, damaged segments, the number of segments that are read at a time.
/// </summary>
/// <param name="snapshot">What is read.</param>
/// <param name="range">Segments without a span in it are not read.</param>
/// <param name="parallelism">Segments at a time, at least 1.</param>
/// <param name="context">Cancels, and counts what was read.</param>
public sealed class SnapshotScan(SpanSnapshot snapshot, TimeRange range, int parallelism, ScanContext context)
{
    private readonly SegmentSet _segments = new(snapshot, context.CancellationToken);

    /// <summary>What the answer lacks, for its reader.</summary>
    public IReadOnlyList<string> Problems => _segments.Problems;

    /// <summary>Runs the work for each segment: on several threads at a time.</summary>
    public Task RunAsync(Func<ScannedSegment, ValueTask> work)
    {
        // Columns in memory are read without waiting: leave the caller's thread before the work begins.
        return Task.Run(() => ReadAsync(work), context.CancellationToken);
    }

    private async Task ReadAsync(Func<ScannedSegment, ValueTask> work)
    {
        var spread = new TraceSpread(snapshot.Segments, context);
        var repeated = new RepeatedRows(snapshot.Segments, spread, context);
        var indexes = Enumerable.Range(0, _segments.All.Count).Where(i => _segments.All[i].SpanCount > 0 && _segments.All[i].TimeRange.Overlaps(range));
        await _segments.ForEachAsync(indexes, parallelism, async i =>
        {
            var segment = _segments.All[i];
            var twice = await repeated.OfAsync(i).ConfigureAwait(false);
            var elsewhere = await spread.StraddlingRowsAsync(segment).ConfigureAwait(false);
            var buffers = new ScanBuffers();
            await work(new ScannedSegment(segment, twice?.ToRowSet() ?? RowSet.Empty, elsewhere, context.With(buffers))).ConfigureAwait(false);
            buffers.Return();
            context.AddSpans(segment.SpanCount);
        }).ConfigureAwait(false);
    }
}

/// <summary>A segment that a <see cref="SnapshotScan"/> is at.</summary>
/// <param name="Segment">Where the columns are.</param>
/// <param name="Repeated">Rows of spans that the snapshot has in another row too: to be passed over.</param>
/// <param name="Straddling">Rows of traces that have spans in other segments too.</param>
/// <param name="Context">To read with; what was read must not be kept.</param>
public readonly record struct ScannedSegment(ISpanSegment Segment, RowSet Repeated, RowSet Straddling, ScanContext Context);
