using System.Runtime.InteropServices;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Execution.Scan;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Columns;

/// <summary>Runs the stages of a pipeline over one trace after the other. A spanset is a list of the trace's spans by their place in it.</summary>
internal sealed class TraceDecider(ColumnEvaluation columns)
{
    // Up to so many spans a look at every group so far is quicker than a table.
    private const int FewSpans = 64;

    // Used again for every trace: a segment has tens of thousands.
    private readonly List<List<int>> _lists = [];
    private readonly List<int> _groupCodes = [];
    private int _usedLists;
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
        _usedLists = 0;
        // By far the commonest: one filter and what its spans amount to, which is one spanset to the end.
        if (stages[0] is FilterStage filter && IsOneSpanset(stages)) return RunFilter(filter, stages, remaining);
        var spansets = Run(stages, null);
        foreach (var spanset in spansets) Add(spanset, remaining);
        return spansets.Count > 0;
    }

    private static bool IsOneSpanset(IReadOnlyList<ColumnStage> stages)
    {
        for (var i = 1; i < stages.Count; i++)
        {
            if (stages[i] is not AggregateStage) return false;
        }

        return true;
    }

    private bool RunFilter(FilterStage filter, IReadOnlyList<ColumnStage> stages, Selection remaining)
    {
        if (stages.Count > 1 && stages[1] is AggregateStage { Function: AggregateFunction.Count } count && !Holds(count, StaticValue.FromInt(CountOf(filter)))) return false;
        var spans = HitsOf(filter, null);
        if (spans.Count == 0) return false;
        for (var i = 1; i < stages.Count; i++)
        {
            var stage = (AggregateStage)stages[i];
            if (Aggregate(stage, spans) is not { } value || !Holds(stage, value)) return false;
        }

        Add(spans, remaining);
        return true;
    }

    private void Add(List<int> spans, Selection remaining)
    {
        foreach (var span in spans) remaining.Set(RowAt(span));
    }

    private List<int> NewList()
    {
        if (_usedLists == _lists.Count) _lists.Add([]);
        var list = _lists[_usedLists++];
        list.Clear();
        return list;
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

    // Null stands for all spans of the trace, so that the first stage needs no list of them.
    private List<int> HitsOf(FilterStage filter, List<int>? input)
    {
        var hits = columns.RowsOf(filter.Plan);
        var spans = NewList();
        if (input is not null)
        {
            foreach (var span in input)
            {
                if (hits[RowAt(span)]) spans.Add(span);
            }

            return spans;
        }

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
        if (input.Count <= FewSpans) return GroupFew(codes, input);
        var groups = new Dictionary<int, List<int>>();
        foreach (var span in input)
        {
            ref var spans = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, codes.CodeOf(RowAt(span)), out _);
            (spans ??= []).Add(span);
        }

        return [.. groups.Values];
    }

    private List<List<int>> GroupFew(RowValues codes, List<int> input)
    {
        _groupCodes.Clear();
        var groups = new List<List<int>>();
        foreach (var span in input)
        {
            var code = codes.CodeOf(RowAt(span));
            var at = _groupCodes.IndexOf(code);
            if (at < 0)
            {
                at = groups.Count;
                groups.Add(NewList());
                _groupCodes.Add(code);
            }

            groups[at].Add(span);
        }

        return groups;
    }

    private static bool Holds(AggregateStage stage, StaticValue value) => Constants.Compare(stage.Operator, value, stage.Value);

    private StaticValue? Aggregate(AggregateStage stage, List<int> spans) => stage.Function == AggregateFunction.Count || stage.Argument is null
        ? StaticValue.FromInt(spans.Count)
        : RowAggregates.Of(stage.Function, columns.ValuesOf(stage.Argument), columns.Rows, _first, spans);
}
