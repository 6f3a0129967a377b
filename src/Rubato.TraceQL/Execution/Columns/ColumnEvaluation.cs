using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Planning;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>One pipeline over one segment: what was read for it. See <see cref="ColumnPipeline"/> for the steps.</summary>
internal sealed class ColumnEvaluation(SegmentScan scan, TraceRows rows)
{
    // Below one row of interest in this many, only those are read of further columns.
    private const int LateShare = 16;
    private const int TracesBetweenChecks = 1024;

    private readonly Dictionary<FilterPlan, Selection> _filters = [];
    private readonly Dictionary<FilterPlan, Selection> _traces = [];
    private readonly Dictionary<FieldExpression, RowValues> _codes = [];
    private readonly Dictionary<FieldExpression, RowValues> _values = [];
    private TraceTrees? _trees;

    public TraceRows Rows => rows;

    public Selection RowsOf(FilterPlan plan) => _filters[plan];

    public RowValues CodesOf(FieldExpression expression) => _codes[expression];

    public RowValues ValuesOf(FieldExpression expression) => _values[expression];

    public TraceTrees Trees => _trees!;

    /// <param name="stages">Their filters are evaluated.</param>
    /// <param name="within">Rows that matter; null for all.</param>
    public async ValueTask FilterAsync(IEnumerable<ColumnStage> stages, Selection? within = null)
    {
        foreach (var stage in stages)
        {
            switch (stage)
            {
                case FilterStage filter:
                    scan.CancellationToken.ThrowIfCancellationRequested();
                    var hits = await filter.Plan.EvaluateAsync(scan, within).ConfigureAwait(false);
                    _filters[filter.Plan] = hits;
                    _traces[filter.Plan] = filter.Plan.Constant == true ? Selection.All(rows.Count) : rows.TracesOf(hits);
                    break;
                case OperationStage { Operator: SpansetOperator.Or } either:
                    await FilterAsync([either.Right, either.Left], within).ConfigureAwait(false);
                    break;
                case OperationStage operation:
                    // Every other operator needs its right side, mostly the rarer one: of the left side only those traces matter.
                    await FilterAsync([operation.Right], within).ConfigureAwait(false);
                    await FilterAsync([operation.Left], Within(Narrow(operation.Right)) ?? within).ConfigureAwait(false);
                    break;
                case WrappedStage wrapped:
                    await FilterAsync(wrapped.Stages, within).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Traces that have a span for every filter that must find one.</summary>
    public Selection Narrow(IEnumerable<ColumnStage> stages)
    {
        var traces = Selection.All(rows.Count);
        foreach (var node in stages.OfType<SpansetNode>()) traces.And(Narrow(node));
        return traces;
    }

    /// <summary>Of traces that lie here in part: those for which one thing is here that they need.</summary>
    public Selection NarrowPartly(IEnumerable<ColumnStage> stages, Selection straddling) => NarrowAny(stages).And(straddling);

    public async ValueTask ReadAsync(IReadOnlyList<ColumnStage> stages, Selection traces)
    {
        if (traces.IsEmpty) return;
        RowSet? some = null;
        var computed = ColumnPipeline.Computed(stages).ToList();
        var needsTrees = NeedsTrees(stages);
        if (computed.Count > 0 || needsTrees) some = RowsOf(traces);
        foreach (var stage in Flatten(stages))
        {
            if (stage is GroupStage group && !_codes.ContainsKey(group.Expression))
                _codes[group.Expression] = await RowValues.ReadAsync(scan, group.Expression, some, asCodes: true).ConfigureAwait(false);
            if (stage is AggregateStage { Argument: { } argument } && !_values.ContainsKey(argument))
                _values[argument] = await RowValues.ReadAsync(scan, argument, some, asCodes: false).ConfigureAwait(false);
        }

        if (needsTrees) _trees = await TraceTrees.ReadAsync(scan, rows, some).ConfigureAwait(false);
    }

    public ColumnOutcome Decide(IReadOnlyList<ColumnStage> stages, Selection candidates, Selection unknown)
    {
        var matching = new Selection(rows.Count);
        var spans = new Selection(scan.SpanCount);
        var decider = new TraceDecider(this);
        var seen = 0;
        for (var trace = candidates.Next(0); trace >= 0; trace = candidates.Next(trace + 1))
        {
            if (seen++ % TracesBetweenChecks == 0) scan.CancellationToken.ThrowIfCancellationRequested();
            if (decider.Run(stages, trace, spans)) matching.Set(trace);
        }

        return new ColumnOutcome(rows, matching, unknown, spans);
    }

    private Selection Narrow(SpansetNode node)
    {
        switch (node)
        {
            case FilterStage filter:
                return _traces[filter.Plan];
            case WrappedStage wrapped:
                return Narrow(wrapped.Stages);
            default:
                var operation = (OperationStage)node;
                var right = Narrow(operation.Right);
                return operation.Operator switch
                {
                    SpansetOperator.Or => right.Copy().Or(Narrow(operation.Left)),
                    // A negated operator gives spans of its right side, also where the left is empty.
                    >= SpansetOperator.NotChild and <= SpansetOperator.NotSibling => right,
                    _ => right.Copy().And(Narrow(operation.Left)),
                };
        }
    }

    // The first stage alone, and of an operator either side: what else a trace needs may lie elsewhere.
    private Selection NarrowAny(IEnumerable<ColumnStage> stages) =>
        stages.OfType<SpansetNode>().FirstOrDefault() is { } node ? NarrowAny(node) : Selection.All(rows.Count);

    private Selection NarrowAny(SpansetNode node) => node switch
    {
        FilterStage filter => _traces[filter.Plan].Copy(),
        WrappedStage wrapped => NarrowAny(wrapped.Stages),
        OperationStage { Operator: SpansetOperator.Or } either => NarrowAny(either.Right).Or(NarrowAny(either.Left)),
        _ => NarrowAny(((OperationStage)node).Right),
    };

    // The rows of few traces; null where they are many.
    private Selection? Within(Selection traces) => RowsOf(traces) is { } some ? Selection.Of(scan.SpanCount, some) : null;

    private RowSet? RowsOf(Selection traces)
    {
        var count = 0;
        for (var trace = traces.Next(0); trace >= 0; trace = traces.Next(trace + 1)) count += rows.First[trace + 1] - rows.First[trace];
        if ((long)count * LateShare >= scan.SpanCount) return null;
        var some = new int[count];
        var n = 0;
        for (var trace = traces.Next(0); trace >= 0; trace = traces.Next(trace + 1))
        {
            for (var place = rows.First[trace]; place < rows.First[trace + 1]; place++) some[n++] = rows.RowAt(place);
        }

        if (rows.Order is not null) Array.Sort(some);
        return RowSet.Of(some);
    }

    private static IEnumerable<ColumnStage> Flatten(IEnumerable<ColumnStage> stages) => stages.SelectMany(stage => stage switch
    {
        WrappedStage wrapped => Flatten(wrapped.Stages),
        OperationStage operation => Flatten([operation.Left, operation.Right]).Prepend(operation),
        _ => (IEnumerable<ColumnStage>)[stage],
    });

    private static bool NeedsTrees(IEnumerable<ColumnStage> stages) =>
        Flatten(stages).Any(s => s is OperationStage { Operator: not (SpansetOperator.And or SpansetOperator.Or) });
}
