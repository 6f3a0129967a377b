using System.Diagnostics.CodeAnalysis;

namespace Rubato.TraceQL.Syntax;

/// <summary>Text to tree, as written. For a query to run use <see cref="Semantics.TraceQLCompiler"/>, which also checks what it means.</summary>
public static class TraceQLParser
{
    /// <exception cref="TraceQLException">The text is not TraceQL.</exception>
    public static TraceQLQuery Parse(string query)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (query.Length > TraceQLLimits.MaxQueryLength)
            throw new TraceQLException(TraceQLError.Create(TraceQLErrorKind.Parse, query, new SourceSpan(TraceQLLimits.MaxQueryLength, 1),
                $"the query is {query.Length} characters long; at most {TraceQLLimits.MaxQueryLength} are accepted"));
        return new Parser(query).ParseQuery();
    }

    public static bool TryParse(string query, [NotNullWhen(true)] out TraceQLQuery? parsed, [NotNullWhen(false)] out TraceQLError? error)
    {
        try
        {
            (parsed, error) = (Parse(query), null);
            return true;
        }
        catch (TraceQLException refused)
        {
            (parsed, error) = (null, refused.Error);
            return false;
        }
    }

    /// <summary>Reads one field as a path or parameter names it: <c>span.x</c>, <c>.x</c>, <c>name</c>, <c>resource."a b"</c>.</summary>
    /// <remarks>A bare dotted name is refused here: in a tag-values path Tempo's clients rely on the scope being written.</remarks>
    public static bool TryParseField(string text, [NotNullWhen(true)] out Field? field, [NotNullWhen(false)] out TraceQLError? error)
    {
        ArgumentNullException.ThrowIfNull(text);
        (field, error) = (null, null);
        try
        {
            field = new Parser(text).ParseLoneField();
        }
        catch (TraceQLException refused)
        {
            error = refused.Error;
            return false;
        }

        if (field is not AttributeField { Scope: AttributeScope.Unscoped } || text.AsSpan().TrimStart() is ['.', ..])
            return true;
        (field, error) = (null, TraceQLError.Create(TraceQLErrorKind.Parse, text, new SourceSpan(0, text.Length),
            $"unknown identifier: {text}; write the scope, as in span.{text} or resource.{text}, or .{text} for both"));
        return false;
    }
}
