using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Execution.Search;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Tags;

/// <summary>Exactly the spans of a segment for which a condition holds, also where it takes whole traces to tell.</summary>
internal sealed class SpanFilter
{
    private const int TracesAtOnce = 512;

    private readonly FieldExpression _condition;
    private readonly FilterPlan _plan;
    private readonly TraceLoader _loader;

    /// <param name="alternatives">At least one; each is a conjunction.</param>
    /// <param name="segments">All segments of the query.</param>
    /// <param name="context">Its counters.</param>
    /// <param name="maxMemoryBytes">Bound on traces held at once.</param>
    public SpanFilter(
        IReadOnlyList<IReadOnlyList<FieldExpression>> alternatives, SegmentSet segments, ScanContext context, long maxMemoryBytes)
    {
        _condition = Join(BinaryOperator.Or, [.. alternatives.Select(a => Join(BinaryOperator.And, a))]);
        _plan = FilterPlan.Compile(_condition);
        var needed = new NeededFields();
        needed.Add(_condition);
        _loader = new TraceLoader(segments, needed, context, maxMemoryBytes);
    }

    public async ValueTask<Selection> EvaluateAsync(SegmentScan scan)
    {
        var hits = (await _plan.EvaluateAsync(scan).ConfigureAwait(false)).Copy();
        if (!scan.IsSuperset || hits.IsEmpty) return hits;
        var rows = hits.ToRowSet();
        var ids = (TraceIdVector)(await scan.ReadAsync(SpanColumn.TraceId, rows).ConfigureAwait(false))!;
        var matching = await MatchingAsync(DistinctOf(ids)).ConfigureAwait(false);
        var spanIds = (Int64Vector)(await scan.ReadAsync(SpanColumn.SpanId, rows).ConfigureAwait(false))!;
        var kinds = (Int64Vector)(await scan.ReadAsync(SpanColumn.Kind, rows).ConfigureAwait(false))!;
        for (var i = 0; i < rows.Count; i++)
        {
            if (!matching.Contains((ids[i], new SpanId((ulong)spanIds.Values[i]), (SpanKind)kinds.Values[i]))) hits.Clear(rows[i]);
        }

        return hits;
    }

    private async Task<HashSet<(TraceId, SpanId, SpanKind)>> MatchingAsync(List<TraceId> traces)
    {
        var matching = new HashSet<(TraceId, SpanId, SpanKind)>();
        foreach (var chunk in traces.Chunk(TracesAtOnce))
        {
            foreach (var trace in await _loader.LoadAsync(chunk, parallelism: 1).ConfigureAwait(false))
            {
                foreach (var i in PlainEvaluator.Filter(_condition, trace)) matching.Add((trace.TraceId, trace.Spans[i].SpanId, trace.Spans[i].Kind));
            }
        }

        return matching;
    }

    private static List<TraceId> DistinctOf(TraceIdVector ids)
    {
        var distinct = new HashSet<TraceId>();
        for (var i = 0; i < ids.Count; i++) distinct.Add(ids[i]);
        return [.. distinct];
    }

    private static FieldExpression Join(BinaryOperator op, IReadOnlyList<FieldExpression> parts)
    {
        if (parts.Count == 0) return new LiteralExpression(StaticValue.FromBool(op == BinaryOperator.And));
        return parts.Aggregate((left, right) => new BinaryExpression(op, left, right));
    }
}
