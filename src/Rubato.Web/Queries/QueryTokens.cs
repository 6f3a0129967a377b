using Rubato.TraceQL.Syntax;

namespace Rubato.Web.Queries;

/// <summary>
/// A query cut into tokens that together are the whole text, whatever it is: while somebody types it is mostly no query. The language's own lexer reads; where it
/// finds a mistake, the mistake is a token and reading goes on behind it.
/// </summary>
internal static class QueryTokens
{
    /// <summary>Longer texts are pasted, not typed: they stay without colours.</summary>
    public const int LongestCut = 8_000;

    /// <summary>Reading starts anew after each mistake; a text of mistakes alone is no query.</summary>
    private const int MostMistakes = 100;

    public static IReadOnlyList<QueryToken> Of(string query)
    {
        if (query.Length == 0) return [];
        if (query.Length > LongestCut) return [new QueryToken(QueryTokenKind.Word, 0, query.Length)];
        var tokens = new List<QueryToken>();
        var from = 0;
        for (var mistakes = 0; from < query.Length; mistakes++)
        {
            if (mistakes == MostMistakes)
            {
                tokens.Add(new QueryToken(QueryTokenKind.Wrong, from, query.Length - from));
                break;
            }

            from = ReadFrom(query, from, tokens);
        }

        return tokens;
    }

    /// <summary>Reads up to the end or behind the first mistake.</summary>
    private static int ReadFrom(string query, int from, List<QueryToken> tokens)
    {
        var lexer = new Lexer(query[from..]);
        var end = from;
        try
        {
            while (true)
            {
                var token = lexer.Next();
                AddSpace(query, end, from + token.Span.Start, tokens);
                if (token.Kind == TokenKind.End) return query.Length;
                tokens.Add(new QueryToken(KindOf(token, query[from + token.Span.Start]), from + token.Span.Start, token.Span.Length));
                end = from + token.Span.End;
            }
        }
        catch (TraceQLException e)
        {
            return AddMistake(query, end, from + e.Error.Offset, Math.Max(1, e.Error.Length), tokens);
        }
    }

    private static int AddMistake(string query, int end, int at, int length, List<QueryToken> tokens)
    {
        at = Math.Clamp(at, end, query.Length);
        // A name whose next part is still to come: what stands before the dot is no word of its own.
        if (at < query.Length && query[at] == '.' && tokens is [.., { IsName: true } name] && name.End == at)
        {
            tokens[^1] = new QueryToken(QueryTokenKind.Attribute, name.Start, name.Length + 1);
            return at + 1;
        }

        // A string or a comment that is still being typed reaches to the end. The quote may stand inside a name.
        var start = Begin(query, end, at);
        AddSpace(query, end, start, tokens);
        var rest = at < query.Length ? query[at] : '\0';
        if (rest is '"' or '`' || string.CompareOrdinal(query, at, "/*", 0, 2) == 0)
        {
            var kind = rest == '/' ? QueryTokenKind.Comment : start < at ? QueryTokenKind.Attribute : QueryTokenKind.String;
            tokens.Add(new QueryToken(kind, start, query.Length - start, IsOpen: true));
            return query.Length;
        }

        var wrong = Math.Min(Math.Max(length, at + length - start), query.Length - start);
        if (wrong > 0) tokens.Add(new QueryToken(LooksLikeAName(query, start) ? QueryTokenKind.Attribute : QueryTokenKind.Wrong, start, wrong));
        return start + Math.Max(wrong, 1);
    }

    /// <summary>Where what ends at <paramref name="at"/> began: behind the last blank.</summary>
    private static int Begin(string query, int from, int at)
    {
        var blank = at > from ? query.LastIndexOfAny([' ', '\t', '\r', '\n'], at - 1, at - from) : -1;
        return blank < 0 ? from : blank + 1;
    }

    /// <summary><c>span.</c> and <c>span:</c>, of which the name is still to come.</summary>
    private static bool LooksLikeAName(string query, int start) => query[start] == '.' || char.IsAsciiLetter(query[start]);

    private static void AddSpace(string query, int from, int to, List<QueryToken> tokens)
    {
        if (to > from) tokens.Add(new QueryToken(query.AsSpan(from, to - from).IsWhiteSpace() ? QueryTokenKind.Blank : QueryTokenKind.Comment, from, to - from));
    }

    private static QueryTokenKind KindOf(Token token, char first) => token.Kind switch
    {
        TokenKind.Attribute => QueryTokenKind.Attribute,
        TokenKind.Literal => first is '"' or '`' ? QueryTokenKind.String : QueryTokenKind.Number,
        TokenKind.Symbol => token.Text is "{" or "}" or "(" or ")" or "," ? QueryTokenKind.Bracket : QueryTokenKind.Operator,
        _ when Intrinsics.TryParse(token.Text, out _) => QueryTokenKind.Intrinsic,
        _ when token.Text == "nil" || Keywords.TryLiteral(token.Text, out _) => QueryTokenKind.Keyword,
        _ when Keywords.Functions.Contains(token.Text) => QueryTokenKind.Function,
        _ => QueryTokenKind.Word,
    };
}
