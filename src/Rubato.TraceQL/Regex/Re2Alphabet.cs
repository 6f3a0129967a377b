namespace Rubato.TraceQL.Regex;

/// <summary>
/// Code points by class: two of one class are in the same sets of the pattern, so the automaton needs one step for both.
/// Typical patterns have 5 to 40 classes.
/// </summary>
internal sealed class Re2Alphabet
{
    private readonly int[] _starts;
    private readonly int[] _classes;
    private readonly int[] _ascii = new int[128];

    /// <summary>Per set its classes, sorted.</summary>
    private readonly int[][] _classesOfSet;

    public Re2Alphabet(List<CodePointSet> sets)
    {
        var borders = new SortedSet<int> { 0 };
        foreach (var set in sets)
            foreach (var (first, last) in set.Ranges)
            {
                borders.Add(first);
                if (last < CodePointSet.Last)
                    borders.Add(last + 1);
            }

        _starts = [.. borders];
        _classes = new int[_starts.Length];
        var classes = Refine(sets);
        Count = classes;
        for (var c = 0; c < 128; c++)
            _ascii[c] = ClassOfWide(c);
        _classesOfSet = new int[sets.Count][];
        for (var i = 0; i < sets.Count; i++)
        {
            var members = new SortedSet<int>();
            foreach (var interval in Intervals(sets[i]))
                members.Add(_classes[interval]);
            _classesOfSet[i] = [.. members];
        }
    }

    public int Count { get; }

    /// <summary>Classes of the first 128 code points.</summary>
    public ReadOnlySpan<int> Ascii => _ascii;

    public int ClassOf(int codePoint) => codePoint < 128 ? _ascii[codePoint] : ClassOfWide(codePoint);

    public bool Contains(int set, int @class)
    {
        var members = _classesOfSet[set];
        return members.Length == 1 ? members[0] == @class : Array.BinarySearch(members, @class) >= 0;
    }

    private int ClassOfWide(int codePoint)
    {
        var index = Array.BinarySearch(_starts, codePoint);
        return _classes[index >= 0 ? index : ~index - 1];
    }

    /// <summary>Starts with one class and lets every set split those that it holds in part.</summary>
    private int Refine(List<CodePointSet> sets)
    {
        var next = 1;
        var split = new Dictionary<int, int>();
        foreach (var set in sets)
        {
            split.Clear();
            foreach (var interval in Intervals(set))
            {
                ref var fresh = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(split, _classes[interval], out var known);
                if (!known)
                    fresh = next++;
                _classes[interval] = fresh;
            }
        }

        // A class that was split as a whole left its number unused.
        var numbers = new Dictionary<int, int>();
        for (var i = 0; i < _classes.Length; i++)
        {
            if (!numbers.TryGetValue(_classes[i], out var number))
                numbers.Add(_classes[i], number = numbers.Count);
            _classes[i] = number;
        }

        return numbers.Count;
    }

    private IEnumerable<int> Intervals(CodePointSet set)
    {
        for (var r = 0; r < set.Ranges.Length; r++)
        {
            var (first, last) = set.Ranges[r];
            for (var i = Array.BinarySearch(_starts, first); i < _starts.Length && _starts[i] <= last; i++)
                yield return i;
        }
    }
}
