using CsCheck;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution.Metrics;

namespace Rubato.UnitTests.TraceQL.Execution.Metrics;

/// <summary>Random metrics queries over the spans of <see cref="RandomTraces"/>.</summary>
internal static class RandomMetrics
{
    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static readonly Gen<string> Field = OneOf(
        "span.x", "span.y", "span.z", "resource.x", "resource.service.name", ".x", ".y", ".service.name", "event.x", "event.e", "link.x", "instrumentation.x",
        "name", "status", "kind", "duration", "statusMessage", "event:name", "event:timeSinceStart", "link:spanID", "link:traceID", "instrumentation:name",
        "span:id", "span:parentID", "trace:id", "rootName", "rootServiceName", "traceDuration", "nestedSetLeft", "nestedSetParent", "span:childCount");

    private static readonly Gen<string> By = Gen.Frequency(
        (2, Gen.Const("")), (4, Field.Array[1, 3].Select(f => $" by ({string.Join(", ", f)})")));

    private static readonly Gen<string> First = Gen.Frequency(
        (3, Gen.Select(OneOf("rate()", "count_over_time()"), By, (f, by) => f + by)),
        (4, Gen.Select(OneOf("min_over_time", "max_over_time", "sum_over_time", "avg_over_time"), Field, By, (f, on, by) => $"{f}({on}){by}")),
        (2, Gen.Select(Field, By, (on, by) => $"histogram_over_time({on}){by}")),
        (2, Gen.Select(Field, OneOf("0.5", "0, 0.3, 1", ".99"), By, (on, q, by) => $"quantile_over_time({on}, {q}){by}")),
        (1, Gen.Select(RandomTraces.Expression, OneOf("", ", 2", ", 100", ", 3, 1700000000000000003, 1700000000000000010"), (e, n) => $"compare({{ {e} }}{n})")));

    private static readonly Gen<string> Second = Gen.Frequency(
        (6, Gen.Const("")), (1, OneOf(" | topk(1)", " | topk(3)", " | bottomk(2)", " | topk(3) | bottomk(1)")),
        (1, OneOf(" > 0", " >= 1", " != 2", " < 1s", " <= 0.000000002", " | topk(2) > 0")));

    public static readonly Gen<string> Query =
        Gen.Select(RandomTraces.Pipeline, First, Second, (pipeline, first, second) => first.StartsWith("compare", StringComparison.Ordinal) ? $"{pipeline} | {first}" : $"{pipeline} | {first}{second}");

    /// <summary>Intervals of 1 to 9 ns around the starts of the spans, or one over them all.</summary>
    public static readonly Gen<TimeBuckets> Buckets = Gen.Select(Gen.ULong[0, 15], Gen.ULong[1, 12], Gen.ULong[1, 9], Gen.Bool, (start, width, step, instant) =>
    {
        const ulong origin = 1_700_000_000_000_000_000;
        return instant ? TimeBuckets.Instant(origin - 1 + start, origin + start + width) : TimeBuckets.Range(origin + start, origin + start + width, step);
    });
}
