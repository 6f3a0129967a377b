namespace Rubato.Model.Scanning;

/// <summary>
/// When each trace of a segment begins, near enough to order most of them: 4 bytes each instead of the 8 of the column, and none of its pages. Immutable.
/// </summary>
public sealed class TraceTimes
{
    private readonly ulong _first;
    private readonly ulong _unit;
    private readonly uint[] _units;

    private TraceTimes(ulong first, ulong unit, uint[] units) => (_first, _unit, _units) = (first, unit, units);

    public int Count => _units.Length;

    public long MemoryBytes => (4L * _units.Length) + 100;

    /// <param name="starts">Nanoseconds since 1970 of each trace; the unit becomes what 32 bits can tell apart between the first and the last.</param>
    public static TraceTimes Of(ReadOnlySpan<ulong> starts)
    {
        if (starts.IsEmpty) return new TraceTimes(0, 1, []);
        var (first, last) = (ulong.MaxValue, ulong.MinValue);
        foreach (var start in starts) (first, last) = (Math.Min(first, start), Math.Max(last, start));
        var unit = ((last - first) / uint.MaxValue) + 1;
        var units = new uint[starts.Length];
        for (var i = 0; i < units.Length; i++) units[i] = (uint)((starts[i] - first) / unit);
        return new TraceTimes(first, unit, units);
    }

    /// <summary>The trace begins at this time or later.</summary>
    public ulong NotBefore(int trace) => _first + (_units[trace] * _unit);

    /// <summary>The trace begins at this time or earlier.</summary>
    public ulong NotAfter(int trace)
    {
        var before = NotBefore(trace);
        return before > ulong.MaxValue - (_unit - 1) ? ulong.MaxValue : before + (_unit - 1);
    }
}
