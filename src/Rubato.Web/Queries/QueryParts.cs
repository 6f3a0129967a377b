using System.Globalization;
using Rubato.TraceQL.Syntax;

namespace Rubato.Web.Queries;

/// <summary>
/// The conditions that the fields of the search page show, and the text they stand for. A query that is more than these fields stays text: then the fields are
/// off (<see cref="TryParse"/> is false), rather than a part of it being lost.
/// </summary>
public sealed record QueryParts
{
    public string Service { get; init; } = "";

    public string Operation { get; init; } = "";

    /// <summary>ok, error, unset, or empty for any.</summary>
    public string Status { get; init; } = "";

    /// <summary>A length such as <c>100ms</c>; empty for any.</summary>
    public string MinDuration { get; init; } = "";

    public string MaxDuration { get; init; } = "";

    public string ToQuery()
    {
        var conditions = new List<string>();
        if (Service.Length > 0) conditions.Add("resource.service.name = " + Quoted(Service));
        if (Operation.Length > 0) conditions.Add("name = " + Quoted(Operation));
        if (Status.Length > 0) conditions.Add("status = " + Status);
        if (MinDuration.Length > 0) conditions.Add("duration >= " + MinDuration);
        if (MaxDuration.Length > 0) conditions.Add("duration <= " + MaxDuration);
        return conditions.Count == 0 ? "" : "{ " + string.Join(" && ", conditions) + " }";
    }

    public static bool TryParse(string query, out QueryParts parts)
    {
        parts = new QueryParts();
        if (string.IsNullOrWhiteSpace(query)) return true;
        if (!TraceQLParser.TryParse(query, out var tree, out _) || tree.Metrics is not null || tree.Hints.Count > 0) return false;
        if (tree.Pipeline.Stages is not [SpansetFilter filter]) return false;
        var found = parts;
        if (!Read(filter.Condition, ref found)) return false;
        parts = found;
        return true;
    }

    private static bool Read(FieldExpression? condition, ref QueryParts parts)
    {
        switch (condition)
        {
            case null or LiteralExpression { Value: { Type: StaticType.Bool, Bool: true } }:
                return true;
            case BinaryExpression { Operator: BinaryOperator.And } both:
                return Read(both.Left, ref parts) && Read(both.Right, ref parts);
            case BinaryExpression { Left: Field field, Right: LiteralExpression literal } comparison:
                return Read(field, comparison.Operator, literal.Value, ref parts);
            default:
                return false;
        }
    }

    private static bool Read(Field field, BinaryOperator comparison, StaticValue value, ref QueryParts parts)
    {
        switch (field.ToString(), comparison, value.Type)
        {
            case ("resource.service.name", BinaryOperator.Equal, StaticType.String) when parts.Service.Length == 0:
                parts = parts with { Service = value.String };
                return true;
            case ("name", BinaryOperator.Equal, StaticType.String) when parts.Operation.Length == 0:
                parts = parts with { Operation = value.String };
                return true;
            case ("status", BinaryOperator.Equal, StaticType.Status) when parts.Status.Length == 0:
                parts = parts with { Status = value.ToString() };
                return true;
            case ("duration", BinaryOperator.GreaterOrEqual, StaticType.Duration) when parts.MinDuration.Length == 0:
                parts = parts with { MinDuration = value.ToString() };
                return true;
            case ("duration", BinaryOperator.LessOrEqual, StaticType.Duration) when parts.MaxDuration.Length == 0:
                parts = parts with { MaxDuration = value.ToString() };
                return true;
            default:
                return false;
        }
    }

    private static string Quoted(string text) => StaticValue.FromString(text).ToString();
}
