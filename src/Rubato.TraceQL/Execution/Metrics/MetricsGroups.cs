using System.Runtime.InteropServices;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>All groups of a query, filled by several segments at a time. Bounded by the query's memory.</summary>
internal sealed class MetricsGroups(MetricsAggregateStage stage, TimeBuckets buckets, long maxMemoryBytes)
{
    // An entry of the table, a group, its key and its labels: measured order of magnitude.
    private const long BytesPerGroup = 400;

    private readonly Lock _lock = new();
    private readonly Dictionary<GroupKey, MetricsGroup> _groups = [];
    private long _bytes;

    public IReadOnlyDictionary<GroupKey, MetricsGroup> All => _groups;

    public MetricsAggregateStage Stage => stage;

    public TimeBuckets Buckets => buckets;

    public bool HasBuckets => stage.Function is MetricsFunction.HistogramOverTime or MetricsFunction.QuantileOverTime;

    public bool HasNumbers => stage.Function is MetricsFunction.MinOverTime or MetricsFunction.MaxOverTime or MetricsFunction.SumOverTime or MetricsFunction.AvgOverTime;

    /// <summary>Several changes in one step.</summary>
    public void Update(Action<MetricsGroups> change)
    {
        lock (_lock) change(this);
    }

    /// <summary>Within <see cref="Update"/> only.</summary>
    /// <exception cref="QueryLimitException">One group too many.</exception>
    public MetricsGroup GetOrAdd_NeedsLock(GroupKey key)
    {
        ref var group = ref CollectionsMarshal.GetValueRefOrAddDefault(_groups, key, out var exists);
        if (!exists)
        {
            Charge(BytesPerGroup + (buckets.Count * (HasNumbers ? 16L : 8L)));
            group = new MetricsGroup(buckets.Count);
        }

        return group!;
    }

    public void Count_NeedsLock(MetricsGroup group, int interval, long spans) => group.Counts[interval] += spans;

    public void CountBucket_NeedsLock(MetricsGroup group, int bucket, int interval, long spans)
    {
        if (group.Bucket(bucket) is null) Charge(buckets.Count * 8L);
        group.BucketOrNew(bucket)[interval] += spans;
    }

    /// <summary>Adds what several numbers amount to.</summary>
    public void Combine_NeedsLock(MetricsGroup group, int interval, double number, long count)
    {
        var numbers = group.NumbersOrNew();
        numbers[interval] = group.Counts[interval] == 0 ? number : Combine(stage.Function, numbers[interval], number);
        group.Counts[interval] += count;
    }

    public static double Combine(MetricsFunction function, double a, double b) => function switch
    {
        MetricsFunction.MinOverTime => Math.Min(a, b),
        MetricsFunction.MaxOverTime => Math.Max(a, b),
        _ => a + b,
    };

    private void Charge(long bytes)
    {
        _bytes += bytes;
        if (_bytes > maxMemoryBytes)
        {
            throw new QueryLimitException(
                $"the query has more than {_groups.Count} series of {buckets.Count} samples, beyond the {maxMemoryBytes} bytes it may hold; "
                + "group by fields with fewer values, filter more, or take a larger step");
        }
    }
}
