using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Planning;

/// <summary>
/// What a trace must have to be worth looking at: a necessary condition drawn from a pipeline, in terms of "some span
/// passes this filter". For a single filter it is the whole truth.
/// </summary>
internal abstract class TraceFormula
{
    public static readonly TraceFormula True = new All([]);

    public static readonly TraceFormula False = new Any([]);

    /// <summary>Some span of the trace passes the filter.</summary>
    public sealed class Some(FilterPlan filter) : TraceFormula
    {
        public FilterPlan Filter => filter;
    }

    /// <summary>All parts hold; true when there are none.</summary>
    public sealed class All(IReadOnlyList<TraceFormula> parts) : TraceFormula
    {
        public IReadOnlyList<TraceFormula> Parts => parts;
    }

    /// <summary>One part holds; false when there are none.</summary>
    public sealed class Any(IReadOnlyList<TraceFormula> parts) : TraceFormula
    {
        public IReadOnlyList<TraceFormula> Parts => parts;
    }

    public bool IsTrue => this is All { Parts.Count: 0 };

    public bool IsFalse => this is Any { Parts.Count: 0 };

    // Every filter stage sees a part of the trace's spans: each of them must find one.
    public static TraceFormula Of(SpansetPipeline pipeline) => AllOf(pipeline.Stages.OfType<SpansetExpression>().Select(Of));

    public static TraceFormula Of(FilterPlan filter) => filter.Constant switch
    {
        true => True,
        false => False,
        null => new Some(filter),
    };

    public static TraceFormula AllOf(IEnumerable<TraceFormula> parts)
    {
        var kept = parts.Where(p => !p.IsTrue).ToList();
        if (kept.Exists(p => p.IsFalse)) return False;
        return kept.Count == 1 ? kept[0] : new All(kept);
    }

    public static TraceFormula AnyOf(IEnumerable<TraceFormula> parts)
    {
        var kept = parts.Where(p => !p.IsFalse).ToList();
        if (kept.Exists(p => p.IsTrue)) return True;
        return kept.Count == 1 ? kept[0] : new Any(kept);
    }

    private static TraceFormula Of(SpansetExpression expression)
    {
        switch (expression)
        {
            case SpansetFilter filter:
                return Of(FilterPlan.Compile(filter.Condition));
            case WrappedPipeline wrapped:
                return Of(wrapped.Pipeline);
            case SpansetOperation { Operator: SpansetOperator.Or } or:
                return AnyOf([Of(or.Left), Of(or.Right)]);
            // A negated operator returns spans of its right side, also where the left is empty.
            case SpansetOperation { Operator: >= SpansetOperator.NotChild and <= SpansetOperator.NotSibling } negated:
                return Of(negated.Right);
            case SpansetOperation operation:
                return AllOf([Of(operation.Left), Of(operation.Right)]);
            default:
                return True;
        }
    }
}
