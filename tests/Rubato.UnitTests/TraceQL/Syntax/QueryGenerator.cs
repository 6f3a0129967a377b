using CsCheck;
using Rubato.TraceQL.Syntax;

namespace Rubato.UnitTests.TraceQL.Syntax;

/// <summary>Random trees of every shape the parser can produce; not all of them pass validation.</summary>
internal static class QueryGenerator
{
    private static readonly Gen<string> Names = Pick("x", "a.b", "http.status_code", "a-b", "with space", "9lives", "span.x", "quo\"te", "back\\slash", "{x}", "世", "tag*", "name");

    private static readonly Gen<StaticValue> Numbers = Gen.OneOf(
        Gen.Long.Where(n => n >= 0).Select(StaticValue.FromInt),
        Gen.Double.Where(d => double.IsFinite(d) && d >= 0 && !double.IsNegative(d)).Select(StaticValue.FromFloat),
        Gen.Long.Where(n => n >= 0).Select(StaticValue.FromDuration));

    private static readonly Gen<StaticValue> Values = Gen.OneOf(
        Numbers,
        Pick("", "a", "GET /x", "say \"hi\"", "tick`", "tick`\"\\", "line\nbreak", "\r", "\u0001", "世").Select(StaticValue.FromString),
        Gen.Bool.Select(StaticValue.FromBool),
        Gen.Int[0, 2].Select(StaticValue.FromStatus),
        Gen.Int[0, 5].Select(StaticValue.FromKind),
        Gen.Const(StaticValue.FromInt(long.MinValue)));

    private static readonly Gen<Field> Fields = Gen.OneOf(
        Gen.Enum<Intrinsic>().Select(Field (i) => new IntrinsicField(i)),
        Gen.Select(Gen.Enum<AttributeScope>(), Names, Field (scope, name) => new AttributeField(scope, name)));

    private static readonly BinaryOperator[] Comparisons = [.. Enum.GetValues<BinaryOperator>().Where(op => op.IsComparison())];

    public static Gen<TraceQLQuery> Queries => Gen.Select(Pipelines(2, wrapped: false), Metrics.Select(m => (MetricsPipeline?)m).Or(Gen.Const((MetricsPipeline?)null)), Hints,
        (pipeline, metrics, hints) => new TraceQLQuery(pipeline, HoldsWrapped(pipeline.Stages[0]) ? null : metrics, hints));

    private static Gen<FieldExpression> Expressions(int depth)
    {
        var leaf = Gen.OneOf(Fields.Select(FieldExpression (f) => f), Values.Select(FieldExpression (v) => new LiteralExpression(v)));
        if (depth == 0)
            return leaf;
        var inner = Expressions(depth - 1);
        return Gen.OneOf(
            leaf,
            Gen.Select(Gen.Enum<UnaryOperator>(), inner, FieldExpression (op, e) => new UnaryExpression(op, e)),
            Gen.Select(Gen.Enum<BinaryOperator>(), inner, inner, FieldExpression (op, l, r) => new BinaryExpression(op, l, r)),
            Gen.Select(Gen.Bool, inner, FieldExpression (equal, e) =>
                new BinaryExpression(equal ? BinaryOperator.Equal : BinaryOperator.NotEqual, e, new LiteralExpression(StaticValue.Nil))));
    }

    private static Gen<SpansetExpression> Spansets(int depth)
    {
        var filter = Expressions(3).Select(SpansetExpression (e) => new SpansetFilter(e));
        if (depth == 0)
            return filter;
        var inner = Spansets(depth - 1);
        return Gen.OneOf(filter, Gen.Select(Gen.Enum<SpansetOperator>(), inner, inner, SpansetExpression (op, l, r) => new SpansetOperation(op, l, r)));
    }

    /// <summary>A combination of wrapped pipelines, some of whose operands are plain spansets.</summary>
    private static Gen<SpansetExpression> Wrapped(int depth)
    {
        var pipeline = Gen.Select(Pipelines(depth - 1, wrapped: false).Where(p => !HoldsWrapped(p.Stages[0])), Scalars(0), (p, s) =>
            (SpansetExpression)new WrappedPipeline(new SpansetPipeline([.. p.Stages.AsSpan(), new ScalarFilterStage(BinaryOperator.Greater, s, s)])));
        return Gen.OneOf(pipeline, Gen.Select(Gen.Enum<SpansetOperator>(), pipeline, Gen.OneOf(pipeline, Spansets(1)), SpansetExpression (op, l, r) => new SpansetOperation(op, l, r)));
    }

    private static Gen<ScalarExpression> Scalars(int depth)
    {
        var leaf = Gen.OneOf(
            Numbers.Select(ScalarExpression (v) => new ScalarLiteral(v)),
            Gen.Const((ScalarExpression)new AggregateExpression(AggregateFunction.Count, null)),
            Gen.Select(Gen.Int[1, 4], Expressions(1), ScalarExpression (f, e) => new AggregateExpression((AggregateFunction)f, e)));
        if (depth == 0)
            return leaf;
        var inner = Scalars(depth - 1);
        return Gen.OneOf(leaf, Gen.Select(Gen.Int[0, 5], inner, inner, ScalarExpression (op, l, r) => new ScalarArithmetic((BinaryOperator)op, l, r)));
    }

    private static Gen<PipelineStage> Stages => Gen.OneOf(
        Spansets(2).Select(PipelineStage (s) => s),
        Expressions(2).Select(PipelineStage (e) => new GroupByStage(e)),
        Fields.Array[1, 3].Select(PipelineStage (f) => new SelectStage([.. f])),
        Gen.Select(Gen.Int[0, Comparisons.Length - 1], Scalars(2), Scalars(2), PipelineStage (op, l, r) => new ScalarFilterStage(Comparisons[op], l, r)));

    private static Gen<SpansetPipeline> Pipelines(int depth, bool wrapped)
    {
        var plain = Gen.Select(Stages, Gen.OneOf(Stages, Gen.Const((PipelineStage)new CoalesceStage())).Array[0, 3], (first, rest) => new SpansetPipeline([first, .. rest]));
        return depth == 0 || wrapped ? plain : Gen.OneOf(plain, plain, Wrapped(depth).Select(w => new SpansetPipeline([w])));
    }

    private static Gen<MetricsPipeline> Metrics => Gen.Select(
        Gen.OneOf(
            Gen.Select(Gen.Int[0, 1], Fields.Array[0, 3], MetricsFirstStage (f, by) => new MetricsAggregateStage((MetricsFunction)f, null, [], [.. by])),
            Gen.Select(Gen.Int[2, 6], Fields, Fields.Array[0, 3], MetricsFirstStage (f, on, by) => new MetricsAggregateStage((MetricsFunction)f, on, [], [.. by])),
            Gen.Select(Fields, Gen.Double[0, 1].Array[1, 3], MetricsFirstStage (on, q) => new MetricsAggregateStage(MetricsFunction.QuantileOverTime, on, [.. q], [])),
            Gen.Select(Expressions(1), Gen.Long[1, 9], MetricsFirstStage (e, n) => new MetricsCompareStage(new SpansetFilter(e), n, n == 1 ? null : n, n == 1 ? null : n + 1))),
        Gen.OneOf(
            Gen.Select(Gen.Bool, Gen.Long[0, 100], MetricsSecondStage (top, n) => new MetricsRankStage(top, n)),
            Gen.Select(Gen.Int[0, Comparisons.Length - 1], Numbers, MetricsSecondStage (op, v) => new MetricsFilterStage(Comparisons[op], v))).Array[0, 3],
        (first, second) => new MetricsPipeline(first, [.. second]));

    private static Gen<SyntaxList<Hint>> Hints => Gen.Select(Pick("most_recent", "exemplars", "x"), Values, (name, value) => new Hint(name, value)).Array[0, 2]
        .Select(hints => new SyntaxList<Hint>([.. hints]));

    private static bool HoldsWrapped(PipelineStage stage) =>
        stage is WrappedPipeline || (stage is SpansetOperation operation && (HoldsWrapped(operation.Left) || HoldsWrapped(operation.Right)));

    private static Gen<string> Pick(params string[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static Gen<T> Or<T>(this Gen<T> one, Gen<T> other) => Gen.OneOf(one, other);
}
