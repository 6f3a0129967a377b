namespace Rubato.TraceQL.Syntax;

public enum UnaryOperator : byte
{
    Negate,
    Not,
}
