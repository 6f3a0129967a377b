using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Planning;

/// <summary>A condition on a fixed column of spans or on a stored value of the whole trace. Absent texts are empty ones.</summary>
internal sealed class IntrinsicLeaf(SpanColumn column, ValueTest test) : ColumnLeaf(test)
{
    public override int Cost => column is SpanColumn.Kind or SpanColumn.StatusCode or SpanColumn.DurationNano ? 1 : base.Cost;

    public override bool NeedsWholeTrace => column >= SpanColumn.RootServiceName;

    private bool IsText => column is SpanColumn.Name or SpanColumn.StatusMessage or SpanColumn.ScopeName or SpanColumn.ScopeVersion
        or SpanColumn.RootServiceName or SpanColumn.RootName;

    public override async ValueTask<bool> IsImpossibleAsync(SegmentScan scan)
    {
        if (NeedsWholeTrace && !(await scan.UnknownTracesAsync().ConfigureAwait(false)).IsEmpty) return false;
        if (!IsText)
        {
            // Negative durations of the column are zero to queries: bounds that reach below zero prove nothing.
            return scan.Segment.Int64Bounds(column) is { } bounds && (column != SpanColumn.DurationNano || bounds.Min >= 0) && IsOutside(bounds);
        }

        return !Test.Text([])
            && await scan.Segment.ReadDictionaryAsync(column, scan.Context).ConfigureAwait(false) is { } dictionary
            && scan.Match(Test, -1 - (int)column, dictionary, ColumnType.String).Count == 0;
    }

    public override async ValueTask<Selection> EvaluateKnownAsync(SegmentScan scan, Selection? within)
    {
        var rows = scan.LateRows(within);
        var hits = new Selection(rows?.Count ?? scan.SpanCount);
        if (!IsText && rows is null && await scan.PagesAsync(column, column == SpanColumn.DurationNano ? new ClampedTest(Test) : Test, within).ConfigureAwait(false) is { } pages)
        {
            // Every span has these columns: a row that is not read is one that does not pass.
            if (pages.IsEmpty || await scan.ReadAsync(column, pages).ConfigureAwait(false) is not Int64Vector part) return hits;
            Add(scan, part, -1 - (int)column, Test, hits);
            if (column == SpanColumn.DurationNano) FixNegative(part, hits);
            return hits;
        }

        var vector = await scan.ReadAsync(column, rows).ConfigureAwait(false);
        if (vector is not null) Add(scan, vector, -1 - (int)column, Test, hits);
        if (column == SpanColumn.DurationNano)
        {
            FixNegative((Int64Vector)vector!, hits);
        }
        else if (IsText ? Test.Text([]) : Test.Int(0))
        {
            var present = new Selection(hits.Length);
            if (vector is not null) ColumnKernels.Present(vector, present);
            hits.Or(present.Not());
        }

        return rows is { } few ? hits.Scatter(few, scan.SpanCount) : hits;
    }

    // An end before the start is stored as it came; such a span has no duration (Span.DurationNano).
    private void FixNegative(Int64Vector durations, Selection hits)
    {
        var values = durations.Values;
        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] >= 0) continue;
            var row = durations.IsDense ? i : durations.Rows[i];
            if (Test.Int(0)) hits.Set(row);
            else hits.Clear(row);
        }
    }

    /// <summary>Of values that count as zero when they are negative.</summary>
    private sealed class ClampedTest(ValueTest test) : IRangeTest
    {
        public bool MayHold(long min, long max) => test.MayHold(Math.Max(min, 0), Math.Max(max, 0));

        public bool MayHold(double min, double max) => test.MayHold(Math.Max(min, 0), Math.Max(max, 0));
    }
}
