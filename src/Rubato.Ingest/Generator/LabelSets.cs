using System.Runtime.InteropServices;

namespace Rubato.Ingest.Generator;

/// <summary>
/// Several columns of numbers as one: a number for each distinct combination, which stays the same from slice to slice, and the series that it stands for. So a span costs some
/// look-ups of numbers, and a text only when a combination is new.
/// </summary>
/// <param name="pool">What the numbers of the columns mean.</param>
/// <param name="columns">How many there are.</param>
internal sealed class LabelSets(TextPool pool, int columns)
{
    /// <summary>So many combinations, about 40 MB: then its owner begins anew.</summary>
    private const int MaxSets = 200_000;

    private readonly Dictionary<ulong, int>[] _pairs = [.. Enumerable.Range(0, columns).Select(_ => new Dictionary<ulong, int>())];
    private readonly List<SeriesGroup?> _groups = [];

    public TextPool Pool => pool;

    public bool IsFull => _groups.Count >= MaxSets;

    /// <summary>Of each row the number of its combination.</summary>
    /// <param name="texts">The slice.</param>
    /// <param name="numbers">Of each column the numbers of the rows; null where no row has a value.</param>
    public int[] IdsOf(SliceTexts texts, int[]?[] numbers)
    {
        var ids = texts.Rent();
        for (var c = 0; c < numbers.Length; c++) Join(ids.AsSpan(0, texts.Slice.Count), numbers[c], _pairs[c]);
        var count = Math.Max(_pairs.Length == 0 ? 1 : _pairs[^1].Count, 1);
        CollectionsMarshal.SetCount(_groups, Math.Max(count, _groups.Count));
        return ids;
    }

    /// <summary>The series of a combination; null when it is new, or when they have ended.</summary>
    public SeriesGroup? GroupOf(int id) => _groups[id] is { HasEnded: false } group ? group : null;

    /// <summary>Keeps the series, unless it is the one for those that have no room: some may have later.</summary>
    public void Keep(int id, SeriesGroup group) => _groups[id] = group.IsOverflow ? null : group;

    private static void Join(Span<int> ids, ReadOnlySpan<int> column, Dictionary<ulong, int> pairs)
    {
        var (lastPair, lastId) = (ulong.MaxValue, 0);
        for (var i = 0; i < ids.Length; i++)
        {
            var pair = ((ulong)(uint)ids[i] << 32) | (column.IsEmpty ? 0 : (uint)column[i]);
            if (pair != lastPair)
            {
                lastPair = pair;
                ref var id = ref CollectionsMarshal.GetValueRefOrAddDefault(pairs, pair, out var isKnown);
                if (!isKnown) id = pairs.Count - 1;
                lastId = id;
            }

            ids[i] = lastId;
        }
    }
}
