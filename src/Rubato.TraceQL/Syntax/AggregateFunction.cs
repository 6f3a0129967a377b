namespace Rubato.TraceQL.Syntax;

public enum AggregateFunction : byte
{
    Count,
    Min,
    Max,
    Avg,
    Sum,
}
