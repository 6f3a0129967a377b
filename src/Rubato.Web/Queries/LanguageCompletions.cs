using Rubato.TraceQL.Syntax;

namespace Rubato.Web.Queries;

/// <summary>What the language itself offers at a place, whatever the data.</summary>
internal static class LanguageCompletions
{
    private static readonly Completion[] Start = [new("{  }", "spans that ...", 2), new("{ status = error }", "failed spans"), new("{ nestedSetParent < 0 }", "root spans"), new("{ traceDuration > 1s }", "slow traces")];

    private static readonly Completion[] Continuation =
    [
        new("| ", "of these spans ..."), new(">> {  }", "with a descendant", 2), new("> {  }", "with a child", 2), new("<< {  }", "with an ancestor", 2), new("~ {  }", "with a sibling", 2),
        new("&& {  }", "and also in the trace", 2), new("|| {  }", "or in the trace", 2),
    ];

    private static readonly Completion[] Functions =
    [
        new("count() > ", "spans of the trace"), new("avg(duration) > ", "of the trace"), new("max(duration) > ", "of the trace"), new("min(duration) > ", "of the trace"), new("sum() > ", "of the trace", 4),
        new("by()", "a set for each value", 1), new("select()", "attributes to show", 1), new("coalesce()", "one set again"),
        new("rate()", "metric: spans a second"), new("count_over_time()", "metric: spans"), new("quantile_over_time(duration, .95)", "metric: percentile"), new("histogram_over_time(duration)", "metric: heat map"),
        new("min_over_time(duration)", "metric"), new("max_over_time(duration)", "metric"), new("avg_over_time(duration)", "metric"), new("sum_over_time(duration)", "metric"), new("compare({  })", "metric: a selection against the rest", 3),
        new("topk(10)", "metric: largest series"), new("bottomk(10)", "metric: smallest series"),
    ];

    private static readonly Completion[] Operators =
    [
        new("= ", "equals"), new("!= ", "differs"), new("=~ ", "matches a regular expression"), new("!~ ", "does not match"), new("> ", "greater"), new(">= ", "greater or equal"), new("< ", "less"), new("<= ", "less or equal"),
    ];

    private static readonly Completion[] Connectives = [new("&& ", "and"), new("|| ", "or"), new("}", "end of the conditions")];

    private static readonly Completion[] Fields =
    [
        .. Enum.GetValues<Intrinsic>().Select(i => new Completion(Intrinsics.NameOf(i) + " ", "of every span")),
        .. new[] { "span.", "resource.", "event.", "link.", "instrumentation.", "parent." }.Select(scope => new Completion(scope, "attributes")),
    ];

    private static readonly Completion[] Durations = [.. new[] { "10ms", "100ms", "500ms", "1s", "5s", "1m" }.Select(d => new Completion(d + " ", "duration"))];

    public static IReadOnlyList<Completion> For(CompletionContext context) => context.Kind switch
    {
        CompletionKind.Start => Start,
        CompletionKind.Continuation => Continuation,
        CompletionKind.Function => Functions,
        CompletionKind.Field => Fields,
        CompletionKind.Operator => Operators,
        CompletionKind.Connective => Connectives,
        CompletionKind.Value => ValuesOf(context.Field),
        _ => [],
    };

    /// <summary>Of fields whose values the language names; others' are in the data.</summary>
    private static Completion[] ValuesOf(string field) => !Intrinsics.TryParse(field, out var intrinsic) ? [] : Intrinsics.TypeOf(intrinsic) switch
    {
        StaticType.Status => [.. new[] { "error", "ok", "unset" }.Select(v => new Completion(v + " ", "status"))],
        StaticType.Kind => [.. new[] { "server", "client", "internal", "producer", "consumer", "unspecified" }.Select(v => new Completion(v + " ", "kind"))],
        StaticType.Duration => Durations,
        _ => [],
    };
}
