namespace Rubato.TraceQL.Regex;

/// <summary>A set of Unicode code points: sorted ranges that neither overlap nor touch.</summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    public const int Last = 0x10FFFF;

    public static readonly CodePointSet All = new([(0, Last)]);

    private readonly (int First, int Last)[] _ranges;

    private CodePointSet((int First, int Last)[] ranges) => _ranges = ranges;

    public ReadOnlySpan<(int First, int Last)> Ranges => _ranges;

    /// <summary>The only member, or -1.</summary>
    public int Single => _ranges is [var (first, last)] && first == last ? first : -1;

    public static CodePointSet Of(params IEnumerable<(int First, int Last)> ranges)
    {
        var merged = new List<(int First, int Last)>();
        foreach (var range in ranges.OrderBy(range => range.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
                merged[^1] = (merged[^1].First, Math.Max(merged[^1].Last, range.Last));
            else
                merged.Add(range);
        }

        return new CodePointSet([.. merged]);
    }

    public static CodePointSet Of(int codePoint) => new([(codePoint, codePoint)]);

    public static CodePointSet Union(IEnumerable<CodePointSet> sets) => Of(sets.SelectMany(set => set._ranges));

    public CodePointSet Negate()
    {
        var gaps = new List<(int, int)>();
        var next = 0;
        foreach (var (first, last) in _ranges)
        {
            if (first > next)
                gaps.Add((next, first - 1));
            next = last + 1;
        }

        if (next <= Last)
            gaps.Add((next, Last));
        return new CodePointSet([.. gaps]);
    }

    public bool Contains(int codePoint)
    {
        foreach (var (first, last) in _ranges)
            if (codePoint <= last)
                return codePoint >= first;
        return false;
    }

    /// <summary>Adds what differs from a member in case only.</summary>
    public CodePointSet Fold()
    {
        var added = new List<(int, int)>(_ranges);
        foreach (var (codePoint, others) in CaseFolding.Orbits)
            if (Contains(codePoint))
                foreach (var other in others)
                    added.Add((other, other));
        return Of(added);
    }

    public bool Equals(CodePointSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var range in _ranges)
            hash.Add(range);
        return hash.ToHashCode();
    }
}
