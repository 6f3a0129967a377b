using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>Events or links in stored order: those of a span together, in the order in which they came.</summary>
internal sealed class ChildOrder
{
    private readonly int[] _ends;

    private ChildOrder(int[] ends, int[][] rank)
    {
        _ends = ends;
        Rank = rank;
    }

    /// <summary>For each batch and child row its stored position, or -1.</summary>
    public int[][] Rank { get; }

    public int Count => _ends.Length == 0 ? 0 : _ends[^1];

    public static ChildOrder Create(IReadOnlyList<BatchRows> input, SpanOrder spans, AttributeOwner owner)
    {
        var ends = new int[spans.Count];
        var rank = new int[input.Count][];
        for (var b = 0; b < rank.Length; b++)
        {
            var parents = Parents(input[b].Batch, owner);
            rank[b] = new int[parents.Length];
            foreach (var parent in parents)
            {
                if (spans.Rank[b][parent] is >= 0 and var position) ends[position]++;
            }
        }

        // Counts become starts, and starts move on to ends as the children take their places.
        var next = 0;
        for (var i = 0; i < ends.Length; i++)
        {
            var count = ends[i];
            ends[i] = next;
            next += count;
        }

        for (var b = 0; b < rank.Length; b++)
        {
            var parents = Parents(input[b].Batch, owner);
            for (var i = 0; i < parents.Length; i++)
            {
                var position = spans.Rank[b][parents[i]];
                rank[b][i] = position < 0 ? -1 : ends[position]++;
            }
        }

        return new ChildOrder(ends, rank);
    }

    /// <summary>Stored position of the first child of the spans from this position on.</summary>
    public int FirstOf(int position) => position == 0 ? 0 : _ends[position - 1];

    public int CountOf(int position) => _ends[position] - FirstOf(position);

    private static ReadOnlySpan<int> Parents(SpanBatch batch, AttributeOwner owner) => owner == AttributeOwner.Event ? batch.EventParents : batch.LinkParents;
}
