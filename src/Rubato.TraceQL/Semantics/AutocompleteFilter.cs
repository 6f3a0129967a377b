using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Semantics;

public enum AutocompleteOutcome : byte
{
    /// <summary>Answer without a filter: there is none, or the query cannot serve as one.</summary>
    NoFilter,
    Filter,

    /// <summary>The parentheses expand to more alternatives than are allowed: refuse with 400.</summary>
    TooManyGroups,
}

/// <summary>
/// The restriction that a tag search takes from a query, which may be half typed (spec/traceql.md 17): alternatives of AND-ed
/// simple conditions. A condition is a <see cref="BinaryExpression"/> of a field and a literal, a <see cref="RegexExpression"/>
/// or a <see cref="PresenceExpression"/> of a field. Mistakes in the query never surface: without a usable filter there is none.
/// </summary>
public sealed class AutocompleteFilter
{
    /// <summary>Alternatives unless the caller says otherwise.</summary>
    public const int MaxGroups = 100;

    /// <summary>Alternatives at most, whatever the caller says: their number can double with each condition.</summary>
    public const int MostGroups = 10_000;

    private static readonly AutocompleteFilter None = new(AutocompleteOutcome.NoFilter, []);

    private AutocompleteFilter(AutocompleteOutcome outcome, IReadOnlyList<IReadOnlyList<FieldExpression>> groups) =>
        (Outcome, Groups) = (outcome, groups);

    public AutocompleteOutcome Outcome { get; }

    /// <summary>One of these must hold, and in it every condition. Empty unless <see cref="Outcome"/> is Filter.</summary>
    public IReadOnlyList<IReadOnlyList<FieldExpression>> Groups { get; }

    /// <param name="query">May be half typed.</param>
    /// <param name="maxGroups">More alternatives than this are refused; 0 or less stands for <see cref="MostGroups"/>.</param>
    public static AutocompleteFilter Extract(string? query, int maxGroups = MaxGroups)
    {
        maxGroups = maxGroups <= 0 ? MostGroups : Math.Min(maxGroups, MostGroups);
        if (string.IsNullOrWhiteSpace(query) || !TryCompile(query, out var compiled) || compiled.Pipeline.Stages[0] is not SpansetFilter filter)
            return None;
        if (Expand(filter.Condition, maxGroups) is not { } groups)
            return new AutocompleteFilter(AutocompleteOutcome.TooManyGroups, []);
        if (groups.Any(group => group.Count == 0) || groups.Any(group => group.Any(condition => FieldOf(condition) is AttributeField { Scope: AttributeScope.Unscoped })))
            return None;
        return new AutocompleteFilter(AutocompleteOutcome.Filter, groups);
    }

    /// <summary>
    /// Step 7: an alternative with <c>requested = v</c> gives the value v without any data. What is left has to be looked up.
    /// </summary>
    public (IReadOnlyList<StaticValue> Values, IReadOnlyList<IReadOnlyList<FieldExpression>> Remaining) For(Field requested)
    {
        var values = new List<StaticValue>();
        var remaining = new List<IReadOnlyList<FieldExpression>>();
        foreach (var group in Groups)
        {
            var known = group.OfType<BinaryExpression>().FirstOrDefault(c => c.Operator == BinaryOperator.Equal && c.Left.Equals(requested));
            if (known is not null)
                values.Add(((LiteralExpression)known.Right).Value);
            else
                remaining.Add(group);
        }

        return (values, remaining);
    }

    private static bool TryCompile(string query, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TraceQLQuery? compiled)
    {
        if (TraceQLCompiler.TryCompile(query, QueryUse.Search, out compiled, out var error))
            return true;
        return error.Kind == TraceQLErrorKind.Parse && query.Length <= TraceQLLimits.MaxQueryLength
            && TraceQLCompiler.TryCompile(QueryRepair.Repair(query), QueryUse.Search, out compiled, out _);
    }

    /// <summary>Disjunctive normal form; null when it gets too long. What is no simple condition restricts nothing.</summary>
    private static List<List<FieldExpression>>? Expand(FieldExpression expression, int maxGroups)
    {
        if (expression is not BinaryExpression { Operator: BinaryOperator.And or BinaryOperator.Or } logic)
            return [FieldOf(expression) is null ? [] : [expression]];
        if (Expand(logic.Left, maxGroups) is not { } left || Expand(logic.Right, maxGroups) is not { } right)
            return null;
        if (logic.Operator == BinaryOperator.Or)
            left.AddRange(right);
        else if (right.Count == 1)
            left.ForEach(group => group.AddRange(right[0]));
        else if ((long)left.Count * right.Count <= maxGroups)
            left = [.. left.SelectMany(_ => right, (l, r) => new List<FieldExpression>([.. l, .. r]))];
        else
            return null;
        return left.Count <= maxGroups ? left : null;
    }

    private static Field? FieldOf(FieldExpression condition) => condition switch
    {
        BinaryExpression { Left: Field field, Right: LiteralExpression } binary when binary.Operator.IsComparison() => field,
        RegexExpression { Operand: Field field } => field,
        PresenceExpression { Operand: Field field } => field,
        _ => null,
    };
}
