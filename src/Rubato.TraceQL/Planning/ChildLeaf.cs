using Rubato.Model.Columns;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Planning;

/// <summary>A condition on events or links: holds for a span when it holds for any of them (spec/traceql.md 4.4).</summary>
/// <param name="owner">Event or Link.</param>
/// <param name="key">An attribute, or null for the column.</param>
/// <param name="column">A fixed column; its absent rows are empty texts.</param>
/// <param name="test">The condition on one value.</param>
internal sealed class ChildLeaf(AttributeOwner owner, string? key, SpanColumn column, ValueTest test) : ColumnLeaf(test)
{
    public override int Cost => base.Cost * 2;

    public override async ValueTask<bool> IsImpossibleAsync(SegmentScan scan) =>
        CountOf(scan) == 0 || (key is not null && await IsAttributeImpossibleAsync(scan, owner, key).ConfigureAwait(false));

    public override async ValueTask<Selection> EvaluateKnownAsync(SegmentScan scan, Selection? within)
    {
        if (await IsImpossibleAsync(scan).ConfigureAwait(false)) return new Selection(scan.SpanCount);
        var hits = new Selection(CountOf(scan));
        if (key is not null) await AddAttributeAsync(scan, owner, key, Test, null, hits).ConfigureAwait(false);
        else if (column == SpanColumn.EventTimeUnixNano) await AddTimeSinceStartAsync(scan, hits).ConfigureAwait(false);
        else await AddColumnAsync(scan, hits).ConfigureAwait(false);
        if (hits.IsEmpty) return new Selection(scan.SpanCount);
        var parents = await scan.Segment.ReadParentsAsync(owner, scan.Context).ConfigureAwait(false);
        return hits.ToParents(parents.Span, scan.SpanCount);
    }

    private int CountOf(SegmentScan scan) => owner == AttributeOwner.Event ? scan.Segment.EventCount : scan.Segment.LinkCount;

    private async ValueTask AddColumnAsync(SegmentScan scan, Selection hits)
    {
        var vector = await scan.ReadAsync(column).ConfigureAwait(false);
        if (vector is not null) Add(scan, vector, -1 - (int)column, Test, hits);
        if (!Test.Text([])) return;
        var present = new Selection(hits.Length);
        if (vector is not null) ColumnKernels.Present(vector, present);
        hits.Or(present.Not());
    }

    private async ValueTask AddTimeSinceStartAsync(SegmentScan scan, Selection hits)
    {
        var parents = await scan.Segment.ReadParentsAsync(owner, scan.Context).ConfigureAwait(false);
        var times = (Int64Vector?)await scan.ReadAsync(column).ConfigureAwait(false);
        var starts = (Int64Vector)(await scan.ReadAsync(SpanColumn.StartUnixNano).ConfigureAwait(false))!;
        for (var row = 0; row < hits.Length; row++)
        {
            var at = times?.IndexOf(row) ?? -1;
            var time = at < 0 ? 0 : times!.Values[at];
            if (Test.Int(unchecked(time - starts.Values[parents.Span[row]]))) hits.Set(row);
        }
    }
}
