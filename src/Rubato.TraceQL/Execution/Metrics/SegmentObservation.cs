using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>
/// The observed spans of one segment, added up before they go to the shared groups: a cell for each group, interval and, for
/// quantiles and histograms, power-of-two bucket.
/// </summary>
/// <param name="ids">The group of each row.</param>
/// <param name="intervals">The interval of each row, below zero for a row that is not observed.</param>
/// <param name="into">The groups of the query.</param>
internal sealed class SegmentObservation(GroupIds ids, int[] intervals, MetricsGroups into)
{
    private readonly int _width = into.Buckets.Count;

    public void Count()
    {
        var counts = new CellTable<int>((long)ids.Count * _width);
        if (counts.Dense is { } dense) CountDense(dense);
        else
        {
            for (var i = 0; i < intervals.Length; i++)
            {
                if (intervals[i] >= 0) counts.At(Cell(i))++;
            }
        }

        into.Update(groups =>
        {
            foreach (var (group, interval, cell) in Cells(groups, counts.Occurring())) groups.Count_NeedsLock(group, interval, counts[cell]);
        });
    }

    public void CountBuckets(byte[] buckets)
    {
        var counts = new CellTable<int>((long)ids.Count * _width * PowerBuckets.Count);
        var dense = counts.Dense;
        for (var i = 0; i < intervals.Length; i++)
        {
            if (intervals[i] < 0 || buckets[i] == 0) continue;
            var cell = (Cell(i) * PowerBuckets.Count) + buckets[i];
            if (dense is not null) dense[cell]++;
            else counts.At(cell)++;
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
        var counts = new CellTable<int>((long)ids.Count * _width);
        var values = new CellTable<double>((long)ids.Count * _width);
        for (var i = 0; i < intervals.Length; i++)
        {
            if (intervals[i] < 0 || double.IsNaN(numbers[i])) continue;
            var cell = Cell(i);
            ref var value = ref values.At(cell);
            value = counts.At(cell)++ == 0 ? numbers[i] : MetricsGroups.Combine(function, value, numbers[i]);
        }

        into.Update(groups =>
        {
            foreach (var (group, interval, cell) in Cells(groups, counts.Occurring())) groups.Combine_NeedsLock(group, interval, values[cell], counts[cell]);
        });
    }

    private long Cell(int row) => ((long)(ids.Ids is { } of ? of[row] : 0) * _width) + intervals[row];

    private void CountDense(int[] counts)
    {
        var (rows, width) = (intervals, _width);
        if (ids.Ids is { } of)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i] >= 0) counts[(of[i] * width) + rows[i]]++;
            }
        }
        else
        {
            for (var i = 0; i < rows.Length; i++)
            {
                if (rows[i] >= 0) counts[rows[i]]++;
            }
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
}
