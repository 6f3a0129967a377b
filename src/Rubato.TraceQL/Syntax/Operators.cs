namespace Rubato.TraceQL.Syntax;

/// <summary>Spelling and precedence (spec/traceql.md 3.1) of every operator, in one place for parser and printers.</summary>
public static class Operators
{
    public const int LogicLevel = 2;
    public const int ComparisonLevel = 3;
    public const int SumLevel = 4;
    public const int NotLevel = 5;
    public const int ProductLevel = 6;
    public const int PowerLevel = 7;

    public static bool IsArithmetic(this BinaryOperator op) => op <= BinaryOperator.Power;

    /// <summary>The six of <c>= != &lt; &lt;= &gt; &gt;=</c>.</summary>
    public static bool IsComparison(this BinaryOperator op) => op is >= BinaryOperator.Equal and <= BinaryOperator.GreaterOrEqual;

    public static bool IsRegex(this BinaryOperator op) => op is BinaryOperator.RegexMatch or BinaryOperator.RegexNotMatch;

    public static bool IsLogic(this BinaryOperator op) => op is BinaryOperator.And or BinaryOperator.Or;

    public static bool IsStructural(this SpansetOperator op) => op is not (SpansetOperator.And or SpansetOperator.Or);

    public static int Level(this BinaryOperator op) => op switch
    {
        BinaryOperator.And or BinaryOperator.Or => LogicLevel,
        BinaryOperator.Add or BinaryOperator.Subtract => SumLevel,
        BinaryOperator.Multiply or BinaryOperator.Divide or BinaryOperator.Modulo => ProductLevel,
        BinaryOperator.Power => PowerLevel,
        _ => ComparisonLevel,
    };

    public static int Level(this UnaryOperator op) => op == UnaryOperator.Not ? NotLevel : SumLevel;

    public static int Level(this SpansetOperator op) => op.IsStructural() ? ComparisonLevel : LogicLevel;

    /// <summary>The operator that says the same with the sides exchanged.</summary>
    public static BinaryOperator Mirror(this BinaryOperator op) => op switch
    {
        BinaryOperator.Less => BinaryOperator.Greater,
        BinaryOperator.LessOrEqual => BinaryOperator.GreaterOrEqual,
        BinaryOperator.Greater => BinaryOperator.Less,
        BinaryOperator.GreaterOrEqual => BinaryOperator.LessOrEqual,
        BinaryOperator.Equal or BinaryOperator.NotEqual => op,
        _ => throw new ArgumentOutOfRangeException(nameof(op), op, "only comparisons can be mirrored"),
    };

    public static string Text(this BinaryOperator op) => op switch
    {
        BinaryOperator.Add => "+",
        BinaryOperator.Subtract => "-",
        BinaryOperator.Multiply => "*",
        BinaryOperator.Divide => "/",
        BinaryOperator.Modulo => "%",
        BinaryOperator.Power => "^",
        BinaryOperator.Equal => "=",
        BinaryOperator.NotEqual => "!=",
        BinaryOperator.Less => "<",
        BinaryOperator.LessOrEqual => "<=",
        BinaryOperator.Greater => ">",
        BinaryOperator.GreaterOrEqual => ">=",
        BinaryOperator.RegexMatch => "=~",
        BinaryOperator.RegexNotMatch => "!~",
        BinaryOperator.And => "&&",
        _ => "||",
    };

    public static string Text(this UnaryOperator op) => op == UnaryOperator.Not ? "!" : "-";

    public static string Text(this SpansetOperator op) => op switch
    {
        SpansetOperator.And => "&&",
        SpansetOperator.Or => "||",
        SpansetOperator.Child => ">",
        SpansetOperator.Descendant => ">>",
        SpansetOperator.Parent => "<",
        SpansetOperator.Ancestor => "<<",
        SpansetOperator.Sibling => "~",
        SpansetOperator.NotChild => "!>",
        SpansetOperator.NotDescendant => "!>>",
        SpansetOperator.NotParent => "!<",
        SpansetOperator.NotAncestor => "!<<",
        SpansetOperator.NotSibling => "!~",
        SpansetOperator.UnionChild => "&>",
        SpansetOperator.UnionDescendant => "&>>",
        SpansetOperator.UnionParent => "&<",
        SpansetOperator.UnionAncestor => "&<<",
        _ => "&~",
    };
}
