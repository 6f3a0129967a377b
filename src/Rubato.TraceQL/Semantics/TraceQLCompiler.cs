namespace Rubato.TraceQL.Semantics;

public static class TraceQLCompiler
{
}
