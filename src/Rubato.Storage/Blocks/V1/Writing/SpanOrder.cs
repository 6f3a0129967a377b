using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// The block's spans in stored order: by trace id, start, span id; of exact duplicates (trace id, span id, kind, start) only the
/// first. 12 bytes a span: where it comes from, and back.
/// </summary>
internal sealed class SpanOrder
{
    private readonly IReadOnlyList<BatchRows> _input;

    private SpanOrder(IReadOnlyList<BatchRows> input, int rows)
    {
        _input = input;
        Batch = new int[rows];
        Row = new int[rows];
        Rank = new int[input.Count][];
        for (var b = 0; b < Rank.Length; b++)
        {
            Rank[b] = new int[input[b].Batch.SpanCount];
            Rank[b].AsSpan().Fill(-1);
        }
    }

    public int Count { get; private set; }

    public int DuplicateCount { get; private set; }

    /// <summary>For each stored position, its batch.</summary>
    public int[] Batch { get; }

    /// <summary>For each stored position, its row in that batch.</summary>
    public int[] Row { get; }

    /// <summary>For each batch and row its stored position, or -1 when it is not in the block.</summary>
    public int[][] Rank { get; }

    /// <summary>The first stored position of each trace, and the end.</summary>
    public List<int> TraceStarts { get; } = [0];

    public int TraceCount => TraceStarts.Count - 1;

    public TraceId TraceIdAt(int position) => _input[Batch[position]].Batch.TraceIds[Row[position]];

    public static SpanOrder Create(IReadOnlyList<BatchRows> input)
    {
        var total = checked((int)input.Sum(b => (long)b.Rows.Count));
        var rows = new SortedRow[total];
        var n = 0;
        for (var b = 0; b < input.Count; b++)
        {
            var high = input[b].Batch.TraceIds.High;
            var picked = input[b].Rows;
            for (var i = 0; i < picked.Count; i++) rows[n++] = new SortedRow(high[picked[i]], b, picked[i]);
        }

        rows = RadixSort.Sort(rows, new SortedRow[total], total);
        var order = new SpanOrder(input, total);
        order.SortTraces(rows);
        return order;
    }

    private void SortTraces(SortedRow[] rows)
    {
        var trace = new TraceSorter(SpanKeys.Of(_input));
        for (var first = 0; first < rows.Length;)
        {
            var end = first + 1;
            while (end < rows.Length && rows[end].Key == rows[first].Key) end++;
            var run = rows.AsSpan(first, end - first);
            var sorted = SortByLow(run);
            for (var i = 0; i < run.Length;)
            {
                var j = i + 1;
                while (j < run.Length && (sorted || LowOf(run[j]) == LowOf(run[i]))) j++;
                Take(trace, run[i..j]);
                i = j;
            }

            first = end;
        }
    }

    /// <summary>Sorts by the low half; true when they are all the same, which is the rule with random ids.</summary>
    private bool SortByLow(Span<SortedRow> run)
    {
        var same = true;
        var low = LowOf(run[0]);
        for (var i = 1; i < run.Length && same; i++) same = LowOf(run[i]) == low;
        if (same) return true;
        var keyed = new SortedRow[run.Length];
        for (var i = 0; i < run.Length; i++) keyed[i] = run[i] with { Key = LowOf(run[i]) };
        RadixSort.Sort(keyed, new SortedRow[run.Length], run.Length).CopyTo(run);
        return false;
    }

    private ulong LowOf(SortedRow row) => _input[row.Batch].Batch.TraceIds.Low[row.Row];

    private void Take(TraceSorter sorter, ReadOnlySpan<SortedRow> rows)
    {
        foreach (ref readonly var row in sorter.SortDistinct(rows))
        {
            Batch[Count] = row.Batch;
            Row[Count] = row.Row;
            Rank[row.Batch][row.Row] = Count++;
        }

        DuplicateCount += sorter.DuplicateCount;
        TraceStarts.Add(Count);
    }
}
