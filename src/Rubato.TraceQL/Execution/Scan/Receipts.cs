using Rubato.Model.Scanning;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>Draws up the receipt of a query that is done.</summary>
internal static class Receipts
{
    /// <param name="snapshot">What was there.</param>
    /// <param name="segments">What was done with it.</param>
    /// <param name="context">What was read.</param>
    /// <param name="oldestOfFullAnswer">When the answer is full: the start of its last trace, nothing older is wanted. Null otherwise.</param>
    public static QueryReceipt Of(SpanSnapshot snapshot, SegmentSet segments, ScanContext context, ulong? oldestOfFullAnswer = null)
    {
        HashSet<string> inspectedBlocks = [], otherBlocks = [];
        long inspected = 0, skipped = 0;
        for (var i = 0; i < segments.All.Count; i++)
        {
            var segment = segments.All[i];
            var wasScanned = segments.IsScanned(i);
            if (segment.Block is { } block) (wasScanned ? inspectedBlocks : otherBlocks).Add(block);
            if (wasScanned) inspected += segment.SpanCount;
            else if (!segments.IsDamaged(i)) skipped += segment.SpanCount;
            else otherBlocks.Remove(segment.Block ?? "");
        }

        otherBlocks.ExceptWith(inspectedBlocks);
        return new QueryReceipt
        {
            // Of a block that could not even be opened nothing is known.
            MayLackNewer = snapshot.Problems.Count > 0
                || Enumerable.Range(0, segments.All.Count).Any(i => segments.IsDamaged(i) && segments.All[i].MaxTraceStartUnixNano >= (oldestOfFullAnswer ?? 0)),
            BlocksInspected = inspectedBlocks.Count,
            BlocksSkipped = otherBlocks.Count + snapshot.BlocksOutOfRange,
            SpansInspected = inspected,
            SpansSkipped = skipped,
            BytesInspected = context.InspectedBytes,
            BytesSkipped = Math.Max(0, snapshot.BlockBytes - (context.InspectedBytes - context.RecentBytes)),
            Failures = segments.Problems,
        };
    }
}
