namespace Rubato.TraceQL.Syntax;

/// <summary>
/// Recursive descent with precedence climbing over one token of look-ahead. This file holds the cursor and the errors;
/// pipelines are in Parser.Pipelines.cs, expressions inside braces in Parser.Fields.cs, metrics and hints in Parser.Metrics.cs.
/// </summary>
internal sealed partial class Parser
{
    private readonly string _query;
    private readonly Lexer _lexer;
    private Token _token;
    private int _previousEnd;
    private int _nesting;
    private bool _isInBraces;

    public Parser(string query)
    {
        _query = query;
        _lexer = new Lexer(query);
        _token = _lexer.Next();
    }

    public TraceQLQuery ParseQuery()
    {
        var start = _token.Span.Start;
        if (_token.Kind == TokenKind.End)
            throw Error(_token.Span, "syntax error: unexpected end of query; the smallest query is { }");
        var pipeline = ParsePipeline(out var metrics);
        SyntaxList<Hint> hints = [];
        while (_token.IsWord("with"))
            hints = ParseHints();
        if (_token.Kind != TokenKind.End)
            throw Unexpected(hints.Count > 0 || metrics is not null ? "the end of the query" : "|, a spanset operator or the end of the query");
        return new TraceQLQuery(pipeline, metrics, hints) { Span = Since(start) };
    }

    public Field ParseLoneField()
    {
        var field = ParseField();
        return _token.Kind == TokenKind.End ? field : throw Unexpected("the end of the name");
    }

    private Token Take()
    {
        var token = _token;
        _previousEnd = token.Span.End;
        _token = _lexer.Next();
        return token;
    }

    private bool TryTake(string symbol)
    {
        if (!_token.IsSymbol(symbol))
            return false;
        Take();
        return true;
    }

    private void Expect(string symbol, string? expected = null)
    {
        if (!TryTake(symbol))
            throw Unexpected(expected ?? symbol);
    }

    /// <summary>Counts what makes the parser call itself; <see cref="Leave"/> is the other half.</summary>
    private void Enter()
    {
        if (++_nesting > TraceQLLimits.MaxNesting)
            throw Error(_token.Span, $"the query is nested too deeply; at most {TraceQLLimits.MaxNesting} parentheses, minus signs and exclamation marks may stand inside each other");
    }

    private void Leave() => _nesting--;

    private T Bounded<T>(T node, int depth)
        where T : SyntaxNode => depth <= TraceQLLimits.MaxDepth
            ? node
            : throw Error(node.Span, $"the query chains too many operators; at most {TraceQLLimits.MaxDepth} are accepted. A list of values is shorter as one regular expression: =~ \"a|b|c\"");

    private SourceSpan Since(int start) => SourceSpan.FromBounds(start, Math.Max(start, _previousEnd));

    private TraceQLException Unexpected(string expected) => _token switch
    {
        { Kind: TokenKind.End } => Error(_token.Span, $"syntax error: unexpected end of query, expected {expected}"),
        { Kind: TokenKind.Word } when !Keywords.IsKeyword(_token.Text) => UnknownIdentifier(),
        { Kind: TokenKind.Symbol } when OperatorSlips.AtSigns(_query, _token.Span.Start) is var (written, meant) && (_isInBraces || written is not ("|" or "~")) =>
            Error(_token.Span, $"syntax error: unexpected {TokenText()}, expected {expected}; did you mean {meant} instead of {written}?"),
        _ => Error(_token.Span, $"syntax error: unexpected {TokenText()}, expected {expected}"),
    };

    private TraceQLException UnknownIdentifier()
    {
        var word = _token.Text;
        if (_query.AsSpan(_token.Span.End) is [':', ..])
            word = string.Concat(word, ":", Lexer.WordAt(_query, _token.Span.End + 1));
        var meant = OperatorSlips.OfWord(word) ?? Suggestion.Nearest(word, _isInBraces ? Keywords.Values.Concat(Intrinsics.Names) : Keywords.Functions)
            ?? Suggestion.Nearest(word, Keywords.All.Concat(Intrinsics.Names));
        var hint = meant is not null ? $"did you mean {meant}?"
            : Keywords.TryScope(word, out _) ? $"an attribute is written {word}.name"
            : $"an attribute is written with its scope, as in span.{word} or resource.{word}, or .{word} for both; text is written \"{word}\"";
        return Error(_token.Span, $"unknown identifier: {word}; {hint}");
    }

    private string TokenText() => _token.Span.Length <= 40 ? _query.Substring(_token.Span.Start, _token.Span.Length) : string.Concat(_query.AsSpan(_token.Span.Start, 37), "...");

    private TraceQLException Error(SourceSpan span, string message) => new(TraceQLError.Create(TraceQLErrorKind.Parse, _query, span, message));
}
