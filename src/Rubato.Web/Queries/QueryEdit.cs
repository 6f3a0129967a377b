using Rubato.TraceQL.Syntax;

namespace Rubato.Web.Queries;

/// <summary>Changes a query that somebody wrote, as little as can be: a condition goes into its braces where it is one filter, else a stage is added behind it.</summary>
internal static class QueryEdit
{
    /// <summary>Only spans for which this holds too.</summary>
    public static string And(string query, string condition) => WithConditions(query, [condition], static _ => true);

    /// <summary>Only spans that last so long; what the query said about their duration before, the narrower choice replaces.</summary>
    public static string WithDuration(string query, TimeSpan? longerThan, TimeSpan? atMost)
    {
        var conditions = new List<string>();
        if (longerThan is { } low) conditions.Add("duration > " + Text(low));
        if (atMost is { } high) conditions.Add("duration <= " + Text(high));
        return WithConditions(query, conditions, static part => part is not BinaryExpression { Left: Field field, Right: LiteralExpression } || field.ToString() != "duration");
    }

    /// <summary>The same question as numbers over time; null where it is one already, or cannot be.</summary>
    public static string? AsMetrics(string query, string function)
    {
        if (string.IsNullOrWhiteSpace(query)) return "{ nestedSetParent < 0 } | " + function;
        if (!TraceQLParser.TryParse(query, out var tree, out _) || tree.Metrics is not null) return null;
        // select() shows attributes and changes no span; hints are those of searches.
        var stages = tree.Pipeline.Stages.Where(stage => stage is not SelectStage).Select(TraceQLFormatter.Format);
        return string.Join(" | ", stages) + " | " + function;
    }

    public static string Text(TimeSpan duration) => StaticValue.FromDuration(duration.Ticks * 100).ToString();

    private static string WithConditions(string query, IReadOnlyList<string> conditions, Func<FieldExpression, bool> stays)
    {
        if (conditions.Count == 0) return query;
        if (string.IsNullOrWhiteSpace(query)) return Braces(conditions);
        if (TraceQLParser.TryParse(query, out var tree, out _) && tree is { Metrics: null, Hints.Count: 0, Pipeline.Stages: [SpansetFilter filter] })
            return Braces([.. QueryConditions.Of(filter.Condition).Where(stays).Select(QueryConditions.Text), .. conditions]);
        return $"{query.Trim()} | {Braces(conditions)}";
    }

    private static string Braces(IReadOnlyList<string> conditions) => "{ " + string.Join(" && ", conditions) + " }";
}
