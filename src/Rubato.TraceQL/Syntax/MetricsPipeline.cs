namespace Rubato.TraceQL.Syntax;

/// <summary>The metrics part of a query: one first stage, then any number of second stages (spec/traceql.md 13).</summary>
public sealed record MetricsPipeline(MetricsFirstStage First, SyntaxList<MetricsSecondStage> Second) : SyntaxNode;

public abstract record MetricsFirstStage : SyntaxNode;

/// <summary>Every function but <c>compare</c>. <paramref name="Argument"/> is null for rate and count, <paramref name="Quantiles"/> empty but for quantiles.</summary>
public sealed record MetricsAggregateStage(MetricsFunction Function, Field? Argument, SyntaxList<double> Quantiles, SyntaxList<Field> By)
    : MetricsFirstStage;

/// <summary><c>compare({ selection }, topN, startNs, endNs)</c>; what was not written is null (topN is then 10).</summary>
public sealed record MetricsCompareStage(SpansetFilter Selection, long? TopN, long? StartUnixNano, long? EndUnixNano) : MetricsFirstStage
{
    public const long DefaultTopN = 10;
}

public abstract record MetricsSecondStage : SyntaxNode;

/// <summary><c>| topk(n)</c> or <c>| bottomk(n)</c>.</summary>
public sealed record MetricsRankStage(bool Top, long Count) : MetricsSecondStage;

/// <summary><c>> 5</c>: keeps the samples for which the comparison holds.</summary>
public sealed record MetricsFilterStage(BinaryOperator Operator, StaticValue Value) : MetricsSecondStage;
