using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Plain;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Execution.Metrics;

/// <summary>Which labels the series of a group carry (spec/traceql.md 13.2).</summary>
internal static class MetricsLabels
{
    public const string Name = "__name__";
    public const string Bucket = "__bucket";
    public const string Quantile = "p";

    /// <param name="stage">The function.</param>
    /// <param name="key">The group's value of each field of <c>by</c>.</param>
    /// <param name="extra">The label that the function adds: a bucket's bound or a quantile.</param>
    public static IReadOnlyList<KeyValuePair<string, AttributeValue>> Of(
        MetricsAggregateStage stage, ReadOnlySpan<StaticValue> key, KeyValuePair<string, AttributeValue>? extra = null)
    {
        var labels = new List<KeyValuePair<string, AttributeValue>>(key.Length + 1);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i].Type != StaticType.Nil) labels.Add(new(CanonicalText.Of(stage.By[i]), ((FieldValue)key[i]).ToAttribute()));
        }

        if (extra is { } added) labels.Add(added);
        // A series without any label could not be told from others.
        if (labels.Count == 0)
            labels.Add(key.Length == 0 ? new(Name, AttributeValue.Of(Keywords.NameOf(stage.Function))) : new(CanonicalText.Of(stage.By[0]), AttributeValue.Of("nil")));
        return labels;
    }

    public static KeyValuePair<string, AttributeValue> BucketOf(MetricsAggregateStage stage, int bucket) =>
        new(Bucket, AttributeValue.Of(PowerBuckets.Bound(bucket) / DivisorOf(stage.Argument!, bucketed: true)));

    public static KeyValuePair<string, AttributeValue> QuantileOf(double quantile) => new(Quantile, AttributeValue.Of(quantile));

    /// <summary>
    /// What a field's number is divided by for a sample: <c>duration</c> is shown in seconds, in buckets every field that
    /// is a duration is.
    /// </summary>
    public static double DivisorOf(Field field, bool bucketed) => field switch
    {
        IntrinsicField { Intrinsic: Intrinsic.Duration } => 1e9,
        IntrinsicField intrinsic when bucketed && Intrinsics.TypeOf(intrinsic.Intrinsic) == StaticType.Duration => 1e9,
        _ => 1,
    };

    public static double DivisorOf(MetricsAggregateStage stage) => stage.Argument is null
        ? 1
        : DivisorOf(stage.Argument, stage.Function is MetricsFunction.HistogramOverTime or MetricsFunction.QuantileOverTime);
}
