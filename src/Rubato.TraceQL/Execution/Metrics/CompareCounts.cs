using System.Runtime.InteropServices;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>Spans of each value of each field, for both sides of a comparison. Bounded by the query's memory.</summary>
internal sealed class CompareCounts(int intervals, long maxMemoryBytes)
{
    private const long BytesPerValue = 200;
    private const long BytesPerCount = 48;

    private readonly Lock _lock = new();
    private readonly Dictionary<(Field Field, bool IsSelected), Dictionary<StaticValue, ValueCounts>> _fields = [];
    private long _bytes;

    public void Add(Field field, bool isSelected, StaticValue value, int interval, long spans)
    {
        lock (_lock) Add_NeedsLock(field, isSelected, value, interval, spans);
    }

    public void Add(Field field, IEnumerable<(bool IsSelected, StaticValue Value, int Interval, long Spans)> counts)
    {
        lock (_lock)
        {
            foreach (var (isSelected, value, interval, spans) in counts) Add_NeedsLock(field, isSelected, value, interval, spans);
        }
    }

    /// <param name="top">Values to keep of each field and side: those with the most spans, of equal ones the first by their text.</param>
    public IEnumerable<MetricsSeries> Series(long top)
    {
        foreach (var ((field, isSelected), values) in _fields)
        {
            var side = isSelected ? "selection" : "baseline";
            var totals = new double[intervals];
            foreach (var counts in values.Values) counts.AddTo(totals);
            yield return new MetricsSeries(CompareFields.Labels(side + "_total", field, StaticValue.Nil), totals, []);
            foreach (var (value, counts) in Most(values, top, v => CompareFields.Labels(side, field, v)))
            {
                var samples = new double[intervals];
                counts.AddTo(samples);
                yield return new MetricsSeries(CompareFields.Labels(side, field, value), samples, []);
            }
        }
    }

    private static IEnumerable<(StaticValue, ValueCounts)> Most(
        Dictionary<StaticValue, ValueCounts> values, long top, Func<StaticValue, IReadOnlyList<KeyValuePair<string, Model.Spans.AttributeValue>>> labels)
    {
        if (values.Count <= top) return values.Select(v => (v.Key, v.Value));
        // Text is made only of values that may be among the first: there may be a million.
        var totals = values.Values.Select(v => v.Total).ToArray();
        Array.Sort(totals);
        var least = totals[^(int)top];
        return values.Where(v => v.Value.Total >= least)
            .OrderByDescending(v => v.Value.Total)
            .ThenBy(v => labels(v.Key), SeriesOrder.Instance)
            .Take((int)top)
            .Select(v => (v.Key, v.Value));
    }

    private void Add_NeedsLock(Field field, bool isSelected, StaticValue value, int interval, long spans)
    {
        if (!CompareFields.IsCounted(field, value)) return;
        ref var values = ref CollectionsMarshal.GetValueRefOrAddDefault(_fields, (field, isSelected), out _);
        values ??= [];
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(values, value, out var exists);
        if (!exists)
        {
            counts = new ValueCounts();
            _bytes += BytesPerValue;
        }

        if (counts!.Add(interval, spans)) _bytes += BytesPerCount;
        if (_bytes > maxMemoryBytes)
        {
            throw new QueryLimitException(
                $"the query compares more than {values.Count} values of {CanonicalText.Of(field)} and those of {_fields.Count} fields, beyond the "
                + $"{maxMemoryBytes} bytes it may hold; filter more, or take a shorter time range or a larger step");
        }
    }

    /// <summary>Most values occur in few intervals: only these are held.</summary>
    private sealed class ValueCounts
    {
        private (int Interval, long Spans)[] _counts = new (int, long)[1];
        private int _used;

        public long Total { get; private set; }

        public bool Add(int interval, long spans)
        {
            Total += spans;
            for (var i = _used - 1; i >= 0; i--)
            {
                if (_counts[i].Interval != interval) continue;
                _counts[i].Spans += spans;
                return false;
            }

            if (_used == _counts.Length) Array.Resize(ref _counts, _used * 2);
            _counts[_used++] = (interval, spans);
            return true;
        }

        public void AddTo(double[] samples)
        {
            for (var i = 0; i < _used; i++) samples[_counts[i].Interval] += _counts[i].Spans;
        }
    }
}
