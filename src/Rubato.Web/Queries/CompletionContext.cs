namespace Rubato.Web.Queries;

/// <summary>What belongs at the caret.</summary>
internal enum CompletionKind
{
    Nothing,

    /// <summary>Outside everything: a query begins.</summary>
    Start,

    /// <summary>Behind a closed brace: how it goes on.</summary>
    Continuation,

    /// <summary>Behind a bar: a function.</summary>
    Function,

    /// <summary>An intrinsic, or an attribute with its scope.</summary>
    Field,
    Operator,

    /// <summary>A value of <see cref="CompletionContext.Field"/>.</summary>
    Value,

    /// <summary>Behind a whole condition: and, or, closing brace.</summary>
    Connective,
}

/// <param name="Kind">What belongs there.</param>
/// <param name="Typed">What of it is there already, without an opening quote.</param>
/// <param name="Start">Where the text begins that a completion replaces.</param>
/// <param name="End">Where it ends.</param>
/// <param name="Field">The field whose value is asked for.</param>
/// <param name="Conditions">The text before that field: its conditions narrow the values.</param>
internal sealed record CompletionContext(CompletionKind Kind, string Typed, int Start, int End, string Field = "", string Conditions = "")
{
    private static readonly string[] Comparisons = ["=", "!=", "=~", "!~", ">", ">=", "<", "<="];

    public static CompletionContext At(string query, int caret)
    {
        caret = Math.Clamp(caret, 0, query.Length);
        var tokens = QueryTokens.Of(query);
        var current = tokens.FirstOrDefault(t => t.Start < caret && (caret < t.End || (caret == t.End && (t.IsName || t.IsOpen || t.Kind == QueryTokenKind.Number))));
        if (current.Kind == QueryTokenKind.Comment || (current.Length > 0 && current.Kind == QueryTokenKind.Number)) return new CompletionContext(CompletionKind.Nothing, "", caret, caret);
        var isPartial = current.Length > 0 && (current.IsName || current.Kind == QueryTokenKind.String);
        var (start, end) = isPartial ? (current.Start, current.IsOpen ? EndOfOpen(query, current, caret) : current.End) : (caret, caret);
        var typed = query[start..caret].TrimStart('"', '`');
        List<QueryToken> before = [.. tokens.Where(t => t.End <= start && !t.IsSpace)];
        var context = Of(query, before, current.Kind);
        return context with { Typed = typed, Start = start, End = end };
    }

    /// <summary>From what stands before: the last token, and in which bracket it stands.</summary>
    private static CompletionContext Of(string query, List<QueryToken> before, QueryTokenKind current)
    {
        var (isInside, isCall) = Place(query, before);
        var last = before.Count == 0 ? "" : before[^1].In(query);
        if (!isInside)
        {
            return last switch
            {
                "" => Only(CompletionKind.Start),
                "|" => Only(CompletionKind.Function),
                "(" => Only(CompletionKind.Start),
                "}" or ")" => Only(CompletionKind.Continuation),
                "&&" or "||" or ">>" or ">" or "<<" or "<" or "~" when before.Count > 1 && before[^2].In(query) == "}" => Only(CompletionKind.Start),
                _ => Only(CompletionKind.Nothing),
            };
        }

        if (Array.IndexOf(Comparisons, last) >= 0 && before.Count >= 2)
        {
            var field = before[^2];
            return new CompletionContext(CompletionKind.Value, "", 0, 0, field.In(query), query[..field.Start]);
        }

        if (current == QueryTokenKind.String) return Only(CompletionKind.Nothing);
        return before[^1].Kind switch
        {
            QueryTokenKind.Bracket when last != ")" => Only(CompletionKind.Field),
            QueryTokenKind.Operator => Only(CompletionKind.Field),
            QueryTokenKind.Attribute or QueryTokenKind.Intrinsic => Only(isCall ? CompletionKind.Nothing : CompletionKind.Operator),
            QueryTokenKind.Word => Only(CompletionKind.Operator),
            _ => Only(isCall ? CompletionKind.Nothing : CompletionKind.Connective),
        };
    }

    /// <summary>Whether the place is inside braces or the parentheses of a function, and whether it is the latter.</summary>
    private static (bool IsInside, bool IsCall) Place(string query, List<QueryToken> before)
    {
        // b: braces, c: a function's parentheses, g: parentheses that group.
        var open = new Stack<char>();
        for (var i = 0; i < before.Count; i++)
        {
            switch (before[i].In(query))
            {
                case "{":
                    open.Push('b');
                    break;
                case "(":
                    open.Push(open.TryPeek(out var within) && within != 'g' ? within : i > 0 && before[i - 1].Kind == QueryTokenKind.Function ? 'c' : 'g');
                    break;
                case "}" or ")":
                    open.TryPop(out _);
                    break;
            }
        }

        return (open.TryPeek(out var top) && top != 'g', open.TryPeek(out var call) && call == 'c');
    }

    /// <summary>A string without its end swallows the rest of the query: only what is typed of it counts.</summary>
    private static int EndOfOpen(string query, QueryToken token, int caret)
    {
        var line = query.IndexOf('\n', caret);
        var brace = query.LastIndexOf('}');
        var end = line < 0 ? token.End : line;
        return brace >= caret && brace < end ? TrimmedEnd(query, caret, brace) : Math.Max(caret, end);
    }

    private static int TrimmedEnd(string query, int from, int to)
    {
        while (to > from && query[to - 1] == ' ') to--;
        return to;
    }

    private static CompletionContext Only(CompletionKind kind) => new(kind, "", 0, 0);
}
