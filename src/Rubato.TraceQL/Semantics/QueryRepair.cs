using Rubato.TraceQL.Syntax;

namespace Rubato.TraceQL.Semantics;

/// <summary>Makes the best of a query that is being typed: drops what lacks a side and closes what is open (spec/traceql.md 17, step 2).</summary>
internal static class QueryRepair
{
    /// <summary>Repair is quadratic at worst; nobody types more than this.</summary>
    private const int MaxTokens = 2_000;

    public static string Repair(string query)
    {
        var tokens = ReadableTokens(query);
        while (DropOne(tokens))
        {
        }

        var open = new Stack<string>();
        foreach (var token in tokens)
        {
            if (token.IsSymbol("{") || token.IsSymbol("("))
                open.Push(token.Text == "{" ? "}" : ")");
            else if ((token.IsSymbol("}") || token.IsSymbol(")")) && open.Count > 0)
                open.Pop();
        }

        var text = string.Join(' ', tokens.Select(token => query.Substring(token.Span.Start, token.Span.Length)).Concat(open));
        // A filter of one bare field has lost its condition; as a filter it would have to be a bool.
        return tokens is [{ Text: "{" }, { Kind: TokenKind.Word or TokenKind.Attribute }, ..] && (tokens.Count == 2 || tokens is [_, _, { Text: "}" }]) ? "{ }" : text;
    }

    /// <summary>The tokens before the first <c>|</c> or the first thing that is no token.</summary>
    private static List<Token> ReadableTokens(string query)
    {
        var tokens = new List<Token>();
        var lexer = new Lexer(query);
        try
        {
            for (var token = lexer.Next(); token.Kind != TokenKind.End && !token.IsSymbol("|") && tokens.Count < MaxTokens; token = lexer.Next())
                tokens.Add(token);
        }
        catch (TraceQLException)
        {
            // An unfinished string or name at the end: what stands before it counts.
        }

        return tokens;
    }

    private static bool DropOne(List<Token> tokens)
    {
        for (var i = tokens.Count - 1; i >= 0; i--)
        {
            var token = tokens[i];
            var next = i + 1 < tokens.Count ? tokens[i + 1] : default;
            var previous = i > 0 ? tokens[i - 1] : default;
            if (token.IsSymbol("(") && next.IsSymbol(")"))
            {
                tokens.RemoveRange(i, 2);
                return true;
            }

            if (token.IsSymbol("(") && i == tokens.Count - 1)
            {
                tokens.RemoveAt(i);
                return true;
            }

            var prefix = token.IsSymbol("!") || token.IsSymbol("-");
            if (IsOperator(token) && (!BeginsOperand(next) || (!prefix && !EndsOperand(previous))))
            {
                tokens.RemoveAt(i);
                return true;
            }
        }

        return false;
    }

    private static bool IsOperator(Token token) => token.Kind == TokenKind.Symbol && token.Text is not ("{" or "}" or "(" or ")" or ",");

    /// <summary>Braces count as operands, so that operators between spansets stay.</summary>
    private static bool BeginsOperand(Token token) => IsOperand(token) || (token.Kind == TokenKind.Symbol && token.Text is "(" or "{" or "-" or "!");

    private static bool EndsOperand(Token token) => IsOperand(token) || token is { Kind: TokenKind.Symbol, Text: ")" or "}" };

    private static bool IsOperand(Token token) => token.Kind is TokenKind.Word or TokenKind.Attribute or TokenKind.Literal;
}
