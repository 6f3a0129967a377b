using Rubato.TraceQL.Syntax;

namespace Rubato.Web.Queries;

/// <summary>
/// The conditions that the fields of the search page show, and the text they stand for. A query that is more than one pair of braces stays text: then the fields are
/// off (<see cref="TryParse"/> is false), rather than a part of it being lost.
/// </summary>
public sealed record QueryParts
{
    public string Service { get; init; } = "";

    public string Operation { get; init; } = "";

    /// <summary>ok, error, unset, or empty for any.</summary>
    public string Status { get; init; } = "";

    /// <summary>server, client, internal, producer, consumer, or empty for any.</summary>
    public string Kind { get; init; } = "";

    /// <summary>Only spans without a parent.</summary>
    public bool IsRoot { get; init; }

    /// <summary>A length such as <c>100ms</c>; empty for any.</summary>
    public string MinDuration { get; init; } = "";

    public string MaxDuration { get; init; } = "";

    /// <summary>Every other condition, as TraceQL: of any attribute, with any comparison.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    public string ToQuery()
    {
        var conditions = new List<string>();
        if (Service.Length > 0) conditions.Add("resource.service.name = " + Quoted(Service));
        if (Operation.Length > 0) conditions.Add("name = " + Quoted(Operation));
        if (Status.Length > 0) conditions.Add("status = " + Status);
        if (Kind.Length > 0) conditions.Add("kind = " + Kind);
        if (IsRoot) conditions.Add("nestedSetParent < 0");
        if (MinDuration.Length > 0) conditions.Add("duration >= " + MinDuration);
        if (MaxDuration.Length > 0) conditions.Add("duration <= " + MaxDuration);
        conditions.AddRange(More);
        return conditions.Count == 0 ? "" : "{ " + string.Join(" && ", conditions) + " }";
    }

    public static bool TryParse(string query, out QueryParts parts)
    {
        parts = new QueryParts();
        if (string.IsNullOrWhiteSpace(query)) return true;
        if (!TraceQLParser.TryParse(query, out var tree, out _) || tree is not { Metrics: null, Hints.Count: 0, Pipeline.Stages: [SpansetFilter filter] }) return false;
        parts = QueryConditions.Of(filter.Condition).Aggregate(parts, Read);
        return true;
    }

    public bool Equals(QueryParts? other) => other is not null && ToQuery() == other.ToQuery();

    public override int GetHashCode() => ToQuery().GetHashCode(StringComparison.Ordinal);

    /// <summary>Into the field that is made for it, where there is one and it is free; else among the rest.</summary>
    private static QueryParts Read(QueryParts parts, FieldExpression condition)
    {
        if (condition is BinaryExpression { Left: Field field, Right: LiteralExpression { Value: var value } } comparison)
        {
            switch (field.ToString(), comparison.Operator, value.Type)
            {
                case ("resource.service.name", BinaryOperator.Equal, StaticType.String) when parts.Service.Length == 0 && value.String.Length > 0:
                    return parts with { Service = value.String };
                case ("name", BinaryOperator.Equal, StaticType.String) when parts.Operation.Length == 0 && value.String.Length > 0:
                    return parts with { Operation = value.String };
                case ("status", BinaryOperator.Equal, StaticType.Status) when parts.Status.Length == 0:
                    return parts with { Status = value.ToString() };
                case ("kind", BinaryOperator.Equal, StaticType.Kind) when parts.Kind.Length == 0 && value.ToString() != "unspecified":
                    return parts with { Kind = value.ToString() };
                case ("duration", BinaryOperator.GreaterOrEqual, StaticType.Duration) when parts.MinDuration.Length == 0:
                    return parts with { MinDuration = value.ToString() };
                case ("duration", BinaryOperator.LessOrEqual, StaticType.Duration) when parts.MaxDuration.Length == 0:
                    return parts with { MaxDuration = value.ToString() };
            }
        }

        var text = QueryConditions.Text(condition);
        return text == "nestedSetParent < 0" && !parts.IsRoot ? parts with { IsRoot = true } : parts with { More = [.. parts.More, text] };
    }

    private static string Quoted(string text) => StaticValue.FromString(text).ToString();
}
