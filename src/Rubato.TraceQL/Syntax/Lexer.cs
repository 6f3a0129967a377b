using System.Globalization;
using System.Text;

namespace Rubato.TraceQL.Syntax;

/// <summary>
/// Cuts a query into tokens, one at a time: a mistake further on must not hide one that comes before it.
/// Numbers and durations are in Lexer.Numbers.cs, strings in Lexer.Strings.cs.
/// </summary>
internal sealed partial class Lexer(string query)
{
    /// <summary>Longest first. Every prefix of these that is not listed itself (<c>&amp;</c>) is an error on its own.</summary>
    private static readonly string[] Symbols =
    [
        "!>>", "!<<", "&>>", "&<<",
        "!=", "=~", "!~", ">=", ">>", "<=", "<<", "&&", "||", "!>", "!<", "&>", "&<", "&~",
        "{", "}", "(", ")", ",", "|", "=", ">", "<", "+", "-", "*", "/", "%", "^", "!", "~",
    ];

    private readonly string _query = query;
    private int _position;

    public Token Next()
    {
        SkipBlank();
        var start = _position;
        if (start == _query.Length)
            return new Token(TokenKind.End, new SourceSpan(start, 0), "");
        var c = _query[start];
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Peek(1))))
            return ReadNumber();
        if (c == '.')
            return ReadAttribute(start, start + 1, AttributeScope.Unscoped);
        if (c is '"' or '`')
            return ReadString();
        if (IsWordStart(start))
            return ReadWord();
        foreach (var symbol in Symbols)
            if (string.CompareOrdinal(_query, start, symbol, 0, symbol.Length) == 0)
            {
                _position += symbol.Length;
                return new Token(TokenKind.Symbol, Since(start), symbol);
            }

        throw c switch
        {
            '&' => Error(start, 1, "unexpected &; did you mean &&?"),
            '\'' => Error(start, 1, "unexpected '; strings are written in \"double quotes\" or `back ticks`"),
            _ => Error(start, char.IsHighSurrogate(c) && char.IsLowSurrogate(Peek(1)) ? 2 : 1, $"unexpected character {Show(start)}"),
        };
    }

    private void SkipBlank()
    {
        while (_position < _query.Length)
        {
            var c = _query[_position];
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                _position++;
            }
            else if (c == '#' || (c == '/' && Peek(1) == '/'))
            {
                var end = _query.IndexOf('\n', _position);
                _position = end < 0 ? _query.Length : end + 1;
            }
            else if (c == '/' && Peek(1) == '*')
            {
                var end = _query.IndexOf("*/", _position + 2, StringComparison.Ordinal);
                if (end < 0)
                    throw Error(_position, 2, "comment not terminated; a comment that begins with /* ends with */");
                _position = end + 2;
            }
            else
            {
                return;
            }
        }
    }

    private Token ReadWord()
    {
        var start = _position;
        while (_position < _query.Length && IsWordPart(_position))
            _position += char.IsHighSurrogate(_query[_position]) ? 2 : 1;
        var word = _query[start.._position];
        var after = Peek(0);
        if (after == '.')
        {
            if (Keywords.TryScope(word, out var scope))
                return ReadAttribute(start, _position + 1, scope);
            // Rubato reads a bare dotted name, which Tempo refuses, as an unscoped attribute: design.md section 4.
            if (NameGoesOn(_position + 1))
                return ReadAttribute(start, start, AttributeScope.Unscoped);
        }
        else if (after == ':' && Keywords.IsIntrinsicScope(word))
        {
            return ReadScopedIntrinsic(start, word);
        }

        return new Token(TokenKind.Word, Since(start), word);
    }

    private Token ReadScopedIntrinsic(int start, string scope)
    {
        _position++;
        while (_position < _query.Length && IsWordPart(_position))
            _position++;
        var name = _query[start.._position];
        if (Intrinsics.TryParse(name, out _))
            return new Token(TokenKind.Word, Since(start), name);
        var known = string.Join(", ", Intrinsics.Names.Where(n => n.StartsWith(scope + ":", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        var meant = Suggestion.Nearest(name, Intrinsics.Names) is { } near ? $"did you mean {near}? There" : "there";
        throw Error(start, _position - start, $"unknown intrinsic: {name}; {meant} are {known}, and attributes are written with a dot: {scope}.name");
    }

    /// <summary>Reads a name that begins right at <paramref name="position"/>; <paramref name="start"/> is where its scope began.</summary>
    private Token ReadAttribute(int start, int position, AttributeScope scope)
    {
        if (scope == AttributeScope.Parent)
            foreach (var (word, inner) in new[] { ("span.", AttributeScope.ParentSpan), ("resource.", AttributeScope.ParentResource) })
                if (string.CompareOrdinal(_query, position, word, 0, word.Length) == 0)
                {
                    position += word.Length;
                    scope = inner;
                    break;
                }

        _position = position;
        var name = new StringBuilder();
        while (_position < _query.Length && !NameRunes.EndsName(_query[_position]))
        {
            var c = _query[_position++];
            if (c == '"')
                ReadQuotedPart(name);
            else
                name.Append(c);
        }

        if (name.Length == 0)
            throw Error(start, Math.Max(1, _position - start), $"an attribute name is missing after {_query[start..position]}; it begins at once, without a space");
        return new Token(TokenKind.Attribute, Since(start), name.ToString(), scope);
    }

    private void ReadQuotedPart(StringBuilder name)
    {
        var open = _position - 1;
        while (_position < _query.Length)
        {
            var c = _query[_position++];
            if (c == '"')
                return;
            if (c == '\\')
            {
                c = Peek(0);
                if (c is not ('"' or '\\'))
                    throw Error(_position - 1, 2, "invalid char escape: inside a quoted attribute name only \\\" and \\\\ are escapes");
                _position++;
            }

            name.Append(c);
        }

        throw Error(open, 1, "literal not terminated: the quoted attribute name has no closing quote");
    }

    /// <summary>The word that begins there, perhaps empty.</summary>
    public static string WordAt(string query, int start)
    {
        var lexer = new Lexer(query) { _position = start };
        while (lexer._position < query.Length && lexer.IsWordPart(lexer._position)) lexer._position++;
        return query[start..lexer._position];
    }

    private bool NameGoesOn(int position) => position < _query.Length && !NameRunes.EndsName(_query[position]);

    private bool IsWordStart(int at) => _query[at] == '_' || Rune.TryGetRuneAt(_query, at, out var rune) && Rune.IsLetter(rune);

    private bool IsWordPart(int at) => IsWordStart(at) || (Rune.TryGetRuneAt(_query, at, out var rune) && Rune.GetUnicodeCategory(rune) == UnicodeCategory.DecimalDigitNumber);

    private char Peek(int ahead) => _position + ahead < _query.Length ? _query[_position + ahead] : '\0';

    private string Show(int at) => Rune.TryGetRuneAt(_query, at, out var rune) && !Rune.IsControl(rune)
        ? rune.ToString()
        : string.Create(CultureInfo.InvariantCulture, $"U+{(int)_query[at]:X4}");

    private SourceSpan Since(int start) => SourceSpan.FromBounds(start, _position);

    // What is missing stands behind the end of the query; the place that is shown must not.
    private TraceQLException Error(int start, int length, string message) =>
        new(TraceQLError.Create(TraceQLErrorKind.Parse, _query, SourceSpan.FromBounds(start, Math.Min(start + length, _query.Length)), message));
}
