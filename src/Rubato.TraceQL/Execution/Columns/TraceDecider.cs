using System.Runtime.InteropServices;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>Runs the stages of a pipeline over one trace after the other. A spanset is a list of the trace's spans by their place in it.</summary>
internal sealed class TraceDecider(ColumnEvaluation columns)
{
    private int _trace;
    private int _first;
    private int _count;
    private TraceNumbers? _numbers;

    /// <summary>Whether the trace matches; its remaining rows are added.</summary>
    public bool Run(IReadOnlyList<ColumnStage> stages, int trace, Selection remaining)
    {
        _first = columns.Rows.First[trace];
        _count = columns.Rows.First[trace + 1] - _first;
        _numbers = null;
        _trace = trace;
        // By far the commonest: filters and counts, which take no lists.
        if (stages is [FilterStage only]) return Add(only, remaining) > 0;
        if (stages is [FilterStage filter, AggregateStage { Function: AggregateFunction.Count } count, ..])
        {
            if (!Holds(count, StaticValue.FromInt(CountOf(filter)))) return false;
            if (stages.Count == 2) return Add(filter, remaining) > 0;
        }

        var spansets = Run(stages, null);
        foreach (var spanset in spansets)
        {
            foreach (var span in spanset) remaining.Set(RowAt(span));
        }

        return spansets.Count > 0;
    }

    private TraceNumbers Numbers => _numbers ??= columns.Trees.Of(_trace);

    private int RowAt(int span) => columns.Rows.RowAt(_first + span);

    private int CountOf(FilterStage filter)
    {
        var hits = columns.RowsOf(filter.Plan);
        if (columns.Rows.Order is null) return hits.CountIn(_first, _first + _count);
        var count = 0;
        for (var i = 0; i < _count; i++)
        {
            if (hits[RowAt(i)]) count++;
        }

        return count;
    }

    private int Add(FilterStage filter, Selection remaining)
    {
        var spans = HitsOf(filter, null);
        foreach (var span in spans) remaining.Set(RowAt(span));
        return spans.Count;
    }

    // Null stands for all spans of the trace, so that the first stage needs no list of them.
    private List<int> HitsOf(FilterStage filter, List<int>? input)
    {
        var hits = columns.RowsOf(filter.Plan);
        if (input is not null) return input.FindAll(i => hits[RowAt(i)]);
        var spans = new List<int>();
        if (columns.Rows.Order is null)
        {
            var end = _first + _count;
            for (var row = hits.Next(_first, end); row >= 0; row = hits.Next(row + 1, end)) spans.Add(row - _first);
            return spans;
        }

        for (var i = 0; i < _count; i++)
        {
            if (hits[RowAt(i)]) spans.Add(i);
        }

        return spans;
    }

    private List<List<int>> Run(IReadOnlyList<ColumnStage> stages, List<int>? input)
    {
        List<List<int>> spansets;
        var from = 0;
        if (stages is [SpansetNode first, ..]) (spansets, from) = (Evaluate(first, input), 1);
        else spansets = [input ?? [.. Enumerable.Range(0, _count)]];
        for (var at = from; at < stages.Count && spansets.Count > 0; at++)
        {
            var stage = stages[at];
            spansets = stage switch
            {
                SpansetNode node => Each(spansets, s => Evaluate(node, s)),
                GroupStage group => Each(spansets, s => Group(group, s)),
                MergeStage => [Merge(spansets)],
                _ => spansets.FindAll(s => Aggregate((AggregateStage)stage, s) is { } value && Holds((AggregateStage)stage, value)),
            };
        }

        return spansets;
    }

    private static List<List<int>> Each(List<List<int>> spansets, Func<List<int>, List<List<int>>> of)
    {
        if (spansets.Count == 1) return of(spansets[0]);
        var all = new List<List<int>>();
        foreach (var spanset in spansets) all.AddRange(of(spanset));
        return all;
    }

    private List<List<int>> Evaluate(SpansetNode node, List<int>? input)
    {
        switch (node)
        {
            case FilterStage filter:
                return NonEmpty(HitsOf(filter, input));
            case WrappedStage wrapped:
                return Run(wrapped.Stages, input);
            default:
                var operation = (OperationStage)node;
                var (left, right) = (Spans(operation.Left, input), Spans(operation.Right, input));
                return NonEmpty(operation.Operator switch
                {
                    SpansetOperator.And => left.Count > 0 && right.Count > 0 ? StructuralRelations.Union(left, right) : [],
                    SpansetOperator.Or => StructuralRelations.Union(left, right),
                    _ when right.Count == 0 => [],
                    _ => StructuralRelations.Apply(operation.Operator, Numbers, left, right),
                });
        }
    }

    private List<int> Spans(SpansetNode node, List<int>? input) => node is FilterStage filter ? HitsOf(filter, input) : Merge(Evaluate(node, input));

    private static List<List<int>> NonEmpty(List<int> spans) => spans.Count == 0 ? [] : [spans];

    private static List<int> Merge(List<List<int>> spansets) =>
        spansets.Count == 1 ? spansets[0] : [.. spansets.SelectMany(s => s).Distinct().Order()];

    private List<List<int>> Group(GroupStage group, List<int> input)
    {
        var codes = columns.CodesOf(group.Expression);
        var groups = new Dictionary<int, List<int>>();
        foreach (var span in input)
        {
            ref var spans = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, codes.CodeOf(RowAt(span)), out _);
            (spans ??= []).Add(span);
        }

        return [.. groups.Values];
    }

    private static bool Holds(AggregateStage stage, StaticValue value) => Constants.Compare(stage.Operator, value, stage.Value);

    // As the plain evaluator: sums and averages are of the type of the first number, others of it count in the divisor.
    private StaticValue? Aggregate(AggregateStage stage, List<int> spans)
    {
        if (stage.Function == AggregateFunction.Count || stage.Argument is null) return StaticValue.FromInt(spans.Count);
        var values = columns.ValuesOf(stage.Argument);
        StaticValue? best = null;
        var (count, whole, broken) = (0, 0L, 0.0);
        foreach (var span in spans)
        {
            var value = values.ScalarOf(RowAt(span));
            if (!value.IsNumeric) continue;
            count++;
            if (best is not { } known)
            {
                best = value;
                (whole, broken) = value.Type == StaticType.Float ? (0L, value.Float) : (value.Int, 0.0);
                continue;
            }

            switch (stage.Function)
            {
                case AggregateFunction.Min when Constants.Compare(BinaryOperator.Less, value, known):
                case AggregateFunction.Max when Constants.Compare(BinaryOperator.Greater, value, known):
                    best = value;
                    break;
                case AggregateFunction.Sum or AggregateFunction.Avg when value.Type == known.Type:
                    if (value.Type == StaticType.Float) broken += value.Float;
                    else whole = unchecked(whole + value.Int);
                    break;
            }
        }

        if (best is not { } first || stage.Function is AggregateFunction.Min or AggregateFunction.Max) return best;
        var divisor = stage.Function == AggregateFunction.Avg ? count : 0;
        return first.Type switch
        {
            StaticType.Float => StaticValue.FromFloat(divisor == 0 ? broken : broken / divisor),
            StaticType.Duration => StaticValue.FromDuration(divisor == 0 ? whole : whole / divisor),
            _ => divisor == 0 ? StaticValue.FromInt(whole) : StaticValue.FromFloat((double)whole / divisor),
        };
    }
}
