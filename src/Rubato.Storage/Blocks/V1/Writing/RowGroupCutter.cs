namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>Cuts the block's traces into row groups of about equal size; a trace is never split.</summary>
internal static class RowGroupCutter
{
    /// <summary>First trace of each row group, and the end.</summary>
    public static List<int> Cut(IReadOnlyList<BatchRows> input, SpanOrder spans, BlockWriterOptions options)
    {
        var groups = Math.Max(1, (spans.Count + options.RowGroupSpans - 1) / options.RowGroupSpans);
        var target = (spans.Count + groups - 1) / groups;
        var weights = new long[input.Count][];
        var hasLongValues = false;
        for (var b = 0; b < weights.Length; b++)
        {
            weights[b] = RowWeights.Of(input[b].Batch) ?? [];
            hasLongValues |= weights[b].Length > 0;
        }

        var cuts = new List<int> { 0 };
        var rows = 0;
        long bytes = 0;
        for (var trace = 0; trace < spans.TraceCount; trace++)
        {
            var from = spans.TraceStarts[trace];
            var to = spans.TraceStarts[trace + 1];
            long traceBytes = 0;
            for (var i = from; hasLongValues && i < to; i++)
            {
                if (weights[spans.Batch[i]] is { Length: > 0 } weight) traceBytes += weight[spans.Row[i]];
            }

            // Up to half a trace over the target keeps the groups equal; the first trace is always taken.
            if (rows > 0 && (rows + ((to - from) / 2) > target || bytes + traceBytes > options.RowGroupLongValueBytes))
            {
                cuts.Add(trace);
                rows = 0;
                bytes = 0;
            }

            rows += to - from;
            bytes += traceBytes;
        }

        if (spans.TraceCount > 0) cuts.Add(spans.TraceCount);
        return cuts;
    }
}
