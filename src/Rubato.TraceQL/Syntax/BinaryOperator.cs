namespace Rubato.TraceQL.Syntax;

/// <summary>Operators between field expressions; scalar and metrics filters use the comparisons among them.</summary>
public enum BinaryOperator : byte
{
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    RegexMatch,
    RegexNotMatch,
    And,
    Or,
}
