namespace Rubato.Query.ServiceGraph;

/// <summary>Calls of a service, or of one operation of it: in all, and by interval where intervals were asked for.</summary>
internal sealed class RedGroup(int intervals)
{
    private readonly DurationSketch?[] _intervals = intervals == 0 ? [] : new DurationSketch?[intervals];

    public DurationSketch Total { get; } = new();

    /// <summary>Null where nothing was called.</summary>
    public IReadOnlyList<DurationSketch?> Intervals => _intervals;

    public void Add(int interval, long nano, bool failed)
    {
        Total.Add(nano, failed);
        if (_intervals.Length > 0) (_intervals[interval] ??= new DurationSketch()).Add(nano, failed);
    }

    /// <summary>Adds the calls of a group of the same question.</summary>
    public void Add(RedGroup other)
    {
        Total.Add(other.Total);
        for (var i = 0; i < _intervals.Length; i++)
        {
            if (other._intervals[i] is { } sketch) (_intervals[i] ??= new DurationSketch()).Add(sketch);
        }
    }
}
