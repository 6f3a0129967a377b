using Rubato.Web.Queries;

namespace Rubato.Web.Explore;

/// <summary>The TraceQL behind an explore page; people see it and can take it along.</summary>
internal static class ExploreQueries
{
    /// <summary>Of each attribute and side; a value that is frequent on one side only must be known on the other.</summary>
    private const int MostValues = 100;

    /// <summary>The spans that are looked at: what a link to traces asks for.</summary>
    public static string Spans(ExploreState state)
    {
        var conditions = new List<string>();
        if (ConditionOf(state.Spans) is { } kind) conditions.Add(kind);
        conditions.AddRange(state.Filters);
        if (state.Signal == ExploreSignal.Errors) conditions.Add("status = error");
        return conditions.Count == 0 ? "{ }" : "{ " + string.Join(" && ", conditions.Select(InParentheses)) + " }";
    }

    /// <summary>One line over time.</summary>
    public static string Total(ExploreState state) => $"{Spans(state)} | {FunctionOf(state)}";

    /// <summary>A line for each value of the attribute.</summary>
    public static string Breakdown(ExploreState state) => $"{Spans(state)} | {FunctionOf(state)} by ({state.By})";

    /// <summary>How the selection differs from the rest: a box of the heat map, of errors the failed spans, else those slower than <paramref name="slow"/>.</summary>
    public static string Comparison(ExploreState state, TimeSpan slow)
    {
        var all = Spans(state with { Signal = ExploreSignal.Rate });
        var times = state is { ComparesBox: true, Box: { } box } ? ", " + box.Times : "";
        return $"{all} | compare({{ {Selection(state, slow)} }}, {MostValues}{times})";
    }

    public static string Selection(ExploreState state, TimeSpan slow) => state switch
    {
        { ComparesBox: true, Box: { } box } => box.Condition,
        { Signal: ExploreSignal.Errors } => "status = error",
        _ => "duration > " + QueryEdit.Text(slow),
    };

    public static string Slow(ExploreState state) => $"{Spans(state)} | quantile_over_time(duration, {state.Quantile})";

    private static string FunctionOf(ExploreState state) => state.Signal == ExploreSignal.Duration ? $"quantile_over_time(duration, {state.Quantile})" : "rate()";

    private static string? ConditionOf(ExploreSpans spans) => spans switch
    {
        ExploreSpans.Root => "nestedSetParent < 0",
        ExploreSpans.Server => "kind = server",
        ExploreSpans.Consumer => "kind = consumer",
        ExploreSpans.Database => "(span.db.system != nil || span.db.system.name != nil)",
        _ => null,
    };

    /// <summary>A filter that was typed may hold an or.</summary>
    private static string InParentheses(string condition) => condition.Contains("||", StringComparison.Ordinal) && !condition.StartsWith('(') ? $"({condition})" : condition;
}
