using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>
/// The observed spans of one segment, added up before they go to the shared groups: a cell for each group, interval and, for
/// quantiles and histograms, power-of-two bucket.
/// </summary>
/// <param name="scan">The segment.</param>
/// <param name="ids">The group of each row.</param>
/// <param name="intervals">The interval of each row, below zero for a row that is not observed.</param>
/// <param name="into">The groups of the query.</param>
internal sealed class SegmentObservation(SegmentScan scan, GroupIds ids, ReadOnlyMemory<int> intervals, MetricsGroups into)
{
    private readonly int _width = into.Buckets.Count;

    public void Count()
    {
        var counts = new CellTable<int>((long)ids.Count * _width, scan);
        var rows = intervals.Span;
        if (counts.Dense is { } dense) CountDense(dense);
        else
        {
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i] >= 0) counts.At(Cell(i))++;
            }
        }

        into.Update(groups =>
        {
            foreach (var (group, interval, cell) in Cells(groups, counts.Occurring())) groups.Count_NeedsLock(group, interval, counts[cell]);
        });
    }

    public void CountBuckets(byte[] buckets)
    {
        var counts = new CellTable<int>((long)ids.Count * _width * PowerBuckets.Count, scan);
        var rows = intervals.Span;
        if (counts.Dense is { } dense) CountDenseBuckets(dense, buckets);
        else
        {
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i] >= 0 && buckets[i] != 0) counts.At((Cell(i) * PowerBuckets.Count) + buckets[i])++;
            }
        }

        into.Update(groups =>
        {
            foreach (var (group, interval, cell) in Cells(groups, counts.Occurring(), PowerBuckets.Count))
                groups.CountBucket_NeedsLock(group, (int)(cell % PowerBuckets.Count), interval, counts[cell]);
        });
    }

    public void AddNumbers(double[] numbers)
    {
        var function = into.Stage.Function;
        var counts = new CellTable<int>((long)ids.Count * _width, scan);
        var values = new CellTable<double>((long)ids.Count * _width, scan);
        if (counts.Dense is { } denseCounts && values.Dense is { } denseValues)
        {
            switch (function)
            {
                case MetricsFunction.MinOverTime:
                    AddDense<Least>(numbers, denseCounts, denseValues);
                    break;
                case MetricsFunction.MaxOverTime:
                    AddDense<Most>(numbers, denseCounts, denseValues);
                    break;
                default:
                    AddDense<Sum>(numbers, denseCounts, denseValues);
                    break;
            }
        }
        else
        {
            AddSparse(numbers, counts, values, function);
        }

        into.Update(groups =>
        {
            foreach (var (group, interval, cell) in Cells(groups, counts.Occurring())) groups.Combine_NeedsLock(group, interval, values[cell], counts[cell]);
        });
    }

    private long Cell(int row) => ((long)ids.Of(row) * _width) + intervals.Span[row];

    private void CountDense(int[] counts)
    {
        var rows = intervals.Span;
        var of = ids.Ids.Span;
        var width = _width;
        for (var i = 0; i < of.Length; i++)
        {
            if (rows[i] >= 0) counts[(of[i] * width) + rows[i]]++;
        }

        if (!of.IsEmpty) return;
        foreach (var interval in rows)
        {
            if (interval >= 0) counts[interval]++;
        }
    }

    private void CountDenseBuckets(int[] counts, byte[] buckets)
    {
        var rows = intervals.Span;
        var of = ids.Ids.Span;
        var width = _width;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] < 0 || buckets[i] == 0) continue;
            var group = of.IsEmpty ? 0 : of[i];
            counts[(((group * width) + rows[i]) * PowerBuckets.Count) + buckets[i]]++;
        }
    }

    private void AddDense<TFold>(double[] numbers, int[] counts, double[] values)
        where TFold : struct, IFold
    {
        var rows = intervals.Span;
        var of = ids.Ids.Span;
        var width = _width;
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i] < 0 || double.IsNaN(numbers[i])) continue;
            var cell = ((of.IsEmpty ? 0 : of[i]) * width) + rows[i];
            values[cell] = counts[cell]++ == 0 ? numbers[i] : TFold.Of(values[cell], numbers[i]);
        }
    }

    private void AddSparse(double[] numbers, CellTable<int> counts, CellTable<double> values, MetricsFunction function)
    {
        for (var i = 0; i < intervals.Length; i++)
        {
            if (intervals.Span[i] < 0 || double.IsNaN(numbers[i])) continue;
            var cell = Cell(i);
            ref var value = ref values.At(cell);
            value = counts.At(cell)++ == 0 ? numbers[i] : MetricsGroups.Combine(function, value, numbers[i]);
        }
    }

    // Looks each group up once: cells of an array come group by group.
    private IEnumerable<(MetricsGroup Group, int Interval, long Cell)> Cells(MetricsGroups groups, IEnumerable<long> cells, int cellsPerInterval = 1)
    {
        var known = new MetricsGroup?[ids.Count];
        foreach (var cell in cells)
        {
            var place = cell / cellsPerInterval;
            var id = (int)(place / _width);
            yield return (known[id] ??= groups.GetOrAdd_NeedsLock(ids.KeyOf(id)), (int)(place % _width), cell);
        }
    }

    private interface IFold
    {
        /// <param name="sum">What it is so far.</param>
        /// <param name="next">One number more.</param>
        static abstract double Of(double sum, double next);
    }

    private readonly struct Least : IFold
    {
        public static double Of(double sum, double next) => Math.Min(sum, next);
    }

    private readonly struct Most : IFold
    {
        public static double Of(double sum, double next) => Math.Max(sum, next);
    }

    private readonly struct Sum : IFold
    {
        public static double Of(double sum, double next) => sum + next;
    }
}
