namespace Rubato.TraceQL.Syntax;

public static class TraceQLParser
{
}
