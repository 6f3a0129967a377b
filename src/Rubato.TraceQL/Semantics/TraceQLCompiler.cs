using System.Diagnostics.CodeAnalysis;
using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Semantics;

/// <summary>
/// Text to a query that can run: parsed, checked, constants folded and shapes made uniform. What an engine may rely on is listed
/// at <see cref="Normalizer"/>.
/// </summary>
public static class TraceQLCompiler
{
    /// <exception cref="TraceQLException">The text is not TraceQL, or means nothing.</exception>
    public static TraceQLQuery Compile(string query, QueryUse use = QueryUse.Search)
    {
        var parsed = TraceQLParser.Parse(query);
        Validator.Check(query, parsed, use);
        return Normalizer.Normalize(parsed);
    }

    public static bool TryCompile(
        string query, QueryUse use, [NotNullWhen(true)] out TraceQLQuery? compiled, [NotNullWhen(false)] out TraceQLError? error)
    {
        try
        {
            (compiled, error) = (Compile(query, use), null);
            return true;
        }
        catch (TraceQLException refused)
        {
            (compiled, error) = (null, refused.Error);
            return false;
        }
    }
}
