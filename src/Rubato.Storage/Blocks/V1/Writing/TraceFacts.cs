using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>The trace-level columns of one row group: computed trace by trace, the same on every row of a trace but for the nested sets.</summary>
internal sealed class TraceFacts
{
    private TraceFacts(int count)
    {
        RootRow = new int[count];
        Start = new long[count];
        Duration = new long[count];
        Left = new long[count];
        Right = new long[count];
        Parent = new long[count];
    }

    /// <summary>Row of the trace's root in the row group, -1 without one.</summary>
    public int[] RootRow { get; }

    public long[] Start { get; }

    public long[] Duration { get; }

    public long[] Left { get; }

    public long[] Right { get; }

    public long[] Parent { get; }

    /// <summary>Smallest start and largest end of the spans.</summary>
    public ulong MinStart { get; private set; } = ulong.MaxValue;

    public ulong MaxEnd { get; private set; }

    /// <summary>Latest start of a trace.</summary>
    public ulong MaxTraceStart { get; private set; }

    /// <param name="input">The batches.</param>
    /// <param name="spans">Their order.</param>
    /// <param name="firstTrace">First trace of the row group.</param>
    /// <param name="endTrace">The trace after its last.</param>
    /// <param name="linkedChildren">Spans (by batch and row) that a link makes children, see spec/traceql.md section 1.</param>
    public static TraceFacts Compute(
        IReadOnlyList<BatchRows> input, SpanOrder spans, int firstTrace, int endTrace, HashSet<(int Batch, int Row)> linkedChildren)
    {
        var first = spans.TraceStarts[firstTrace];
        var facts = new TraceFacts(spans.TraceStarts[endTrace] - first);
        var sets = new NestedSets();
        var keys = SpanKeys.Of(input);
        for (var trace = firstTrace; trace < endTrace; trace++)
        {
            sets.Clear();
            ulong start = ulong.MaxValue, end = 0;
            var from = spans.TraceStarts[trace];
            var to = spans.TraceStarts[trace + 1];
            for (var i = from; i < to; i++)
            {
                var row = spans.Row[i];
                ref readonly var columns = ref keys[spans.Batch[i]];
                var s = (ulong)columns.Starts[row];
                start = Math.Min(start, s);
                // An end before the start (senders do that) leaves the span at its start.
                end = Math.Max(end, Math.Max(s, s + (ulong)columns.Durations[row]));
                sets.Add(
                    (ulong)columns.SpanIds[row],
                    (ulong)columns.Parents[row],
                    (int)columns.Kinds[row],
                    linkedChildren.Count > 0 && linkedChildren.Contains((spans.Batch[i], row)));
            }

            sets.Number();
            facts.Add(from - first, sets, start, end);
        }

        return facts;
    }

    private void Add(int row, NestedSets sets, ulong start, ulong end)
    {
        for (var i = 0; i < sets.Count; i++)
        {
            RootRow[row + i] = sets.Root < 0 ? -1 : row + sets.Root;
            Start[row + i] = (long)start;
            Duration[row + i] = (long)(end - start);
            Left[row + i] = sets.Left[i];
            Right[row + i] = sets.Right[i];
            Parent[row + i] = sets.Parent[i];
        }

        MinStart = Math.Min(MinStart, start);
        MaxEnd = Math.Max(MaxEnd, end);
        MaxTraceStart = Math.Max(MaxTraceStart, start);
    }
}
