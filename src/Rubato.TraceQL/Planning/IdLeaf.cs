using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Scan;

namespace Rubato.TraceQL.Planning;

/// <summary><c>span:id = "…"</c> and <c>span:parentID = "…"</c>: ids are compared as numbers.</summary>
internal sealed class SpanIdLeaf(SpanColumn column, SpanId id) : LeafNode
{
    public override int Cost => 1;

    public override async ValueTask<Selection> EvaluateKnownAsync(SegmentScan scan, Selection? within)
    {
        var ids = (Int64Vector)(await scan.ReadAsync(column).ConfigureAwait(false))!;
        return Find(ids.Values);
    }

    private Selection Find(ReadOnlySpan<long> ids)
    {
        var hits = new Selection(ids.Length);
        for (var from = 0; ids[from..].IndexOf((long)id.Value) is >= 0 and var hit; from += hit + 1) hits.Set(from + hit);
        return hits;
    }
}

/// <summary><c>trace:id = "…"</c>: the segment's own index of traces answers.</summary>
internal sealed class TraceIdLeaf(TraceId id) : LeafNode
{
    public override int Cost => 0;

    public override async ValueTask<bool> IsImpossibleAsync(SegmentScan scan) =>
        (await scan.Segment.FindTraceAsync(id, scan.Context).ConfigureAwait(false)).Count == 0;

    public override async ValueTask<Selection> EvaluateKnownAsync(SegmentScan scan, Selection? within) =>
        Selection.Of(scan.SpanCount, await scan.Segment.FindTraceAsync(id, scan.Context).ConfigureAwait(false));
}
