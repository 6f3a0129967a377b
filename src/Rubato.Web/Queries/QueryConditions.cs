using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.Web.Queries;

/// <summary>What stands between the braces of a filter, one condition after the other.</summary>
internal static class QueryConditions
{
    private static readonly string[] Comparisons = ["=", "!=", "=~", "!~", ">", ">=", "<", "<="];

    public static IReadOnlyList<string> ComparisonChoices => Comparisons;

    /// <summary>All of them must hold; of empty braces there are none.</summary>
    public static IEnumerable<FieldExpression> Of(FieldExpression? condition) => condition switch
    {
        null or LiteralExpression { Value: { Type: StaticType.Bool, Bool: true } } => [],
        BinaryExpression { Operator: BinaryOperator.And } both => Of(both.Left).Concat(Of(both.Right)),
        _ => [condition],
    };

    /// <summary>As it stands beside others that hold too.</summary>
    public static string Text(FieldExpression condition) => condition is BinaryExpression { Operator: BinaryOperator.Or } ? $"({TraceQLFormatter.Format(condition)})" : TraceQLFormatter.Format(condition);

    /// <summary>
    /// A condition from what somebody typed into three fields. A value that is one of the language (5, 1.5, true, 100ms, error, "x", nil) is taken as that; anything else is a
    /// text, and so is every value of a regular expression.
    /// </summary>
    public static bool TryMake(string field, string comparison, string value, out string condition, out string problem)
    {
        (condition, problem) = ("", "");
        value = value.Trim();
        if (!TraceQLParser.TryParseField(field.Trim(), out var parsed, out _))
        {
            problem = $"{field} is no name of an attribute: they are written with their scope, such as span.http.route";
            return false;
        }

        foreach (var literal in comparison is "=~" or "!~" ? [Quoted(value)] : new[] { value, Quoted(value) })
        {
            condition = $"{parsed} {comparison} {literal}";
            if (literal.Length == 0) continue;
            var query = $"{{ {condition} }}";
            if (TraceQLCompiler.TryCompile(query, QueryUse.Search, out _, out var error) && IsOne(query)) return true;
            problem = error?.Message ?? $"{condition} is more than one condition";
        }

        condition = "";
        return false;
    }

    /// <summary>A value must not smuggle in an or.</summary>
    private static bool IsOne(string query) =>
        TraceQLParser.TryParse(query, out var tree, out _) && tree is { Metrics: null, Pipeline.Stages: [SpansetFilter { Condition: var all }] } && all is not BinaryExpression { Operator: BinaryOperator.And or BinaryOperator.Or };

    private static string Quoted(string text) => text is ['"', .., '"'] ? text : StaticValue.FromString(text).ToString();
}
