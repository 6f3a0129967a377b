using System.Globalization;
using System.Text;

namespace Rubato.TraceQL.Regex;

/// <summary>
/// Reads Go's RE2 syntax (https://github.com/google/re2/wiki/Syntax) and refuses what RE2 refuses. Escapes and classes
/// are in Re2Parser.Classes.cs. The pattern is read as if inside <c>(?s:...)</c> (spec/traceql.md 9).
/// </summary>
internal sealed partial class Re2Parser
{
    /// <summary>RE2's own bounds.</summary>
    private const int MaxRepeat = 1000;
    private const int MaxNesting = 1000;

    private readonly string _pattern;
    private readonly HashSet<string> _groupNames = [];
    private int _position;
    private int _nesting;
    private Flags _flags = Flags.DotMatchesNewline;

    private Re2Parser(string pattern) => _pattern = pattern;

    [Flags]
    private enum Flags
    {
        None = 0,
        FoldCase = 1,
        MultiLine = 2,
        DotMatchesNewline = 4,
        Ungreedy = 8,
    }

    private bool AtEnd => _position == _pattern.Length;

    public static RegexNode Parse(string pattern)
    {
        var parser = new Re2Parser(pattern);
        var node = parser.ParseAlternation();
        return parser.AtEnd ? node : throw Refuse("unexpected )", parser._pattern);
    }

    private RegexNode ParseAlternation()
    {
        var choices = new List<RegexNode> { ParseConcat() };
        while (TryTake('|'))
            choices.Add(ParseConcat());
        return choices.Count == 1 ? choices[0] : new RegexNode.Alternate(choices);
    }

    private RegexNode ParseConcat()
    {
        var parts = new List<RegexNode>();
        while (!AtEnd && _pattern[_position] is not ('|' or ')'))
        {
            var start = _position;
            if (TryParseRepeat(out var min, out var max))
            {
                if (parts.Count == 0)
                    throw Refuse("missing argument to repetition operator", _pattern[start.._position]);
                TryTake('?');
                if (TryParseRepeat(out _, out _))
                    throw Refuse("invalid nested repetition operator", _pattern[start.._position]);
                if (min > MaxRepeat || max > MaxRepeat || (max >= 0 && min > max))
                    throw Refuse("invalid repeat count", _pattern[start.._position]);
                parts[^1] = new RegexNode.Repeat(parts[^1], min, max);
                if ((min > 1 || max > 1) && !RepeatFits(parts[^1], MaxRepeat))
                    throw Refuse("invalid repeat count: nested repetitions multiply to more than 1000", _pattern[start.._position]);
            }
            else if (ParseAtom() is { } atom)
            {
                parts.Add(atom);
            }
        }

        return parts.Count switch { 0 => new RegexNode.Empty(), 1 => parts[0], _ => new RegexNode.Concat(parts) };
    }

    /// <summary>Reads * + ? {n} {n,} {n,m}. A brace that is none of these is an ordinary character.</summary>
    private bool TryParseRepeat(out int min, out int max)
    {
        (min, max) = (0, -1);
        switch (AtEnd ? '\0' : _pattern[_position])
        {
            case '*':
                _position++;
                return true;
            case '+':
                (min, _position) = (1, _position + 1);
                return true;
            case '?':
                (max, _position) = (1, _position + 1);
                return true;
            case '{':
                var close = _pattern.IndexOf('}', _position);
                if (close < 0)
                    return false;
                var body = _pattern.AsSpan(_position + 1, close - _position - 1);
                var comma = body.IndexOf(',');
                if (!TryCount(comma < 0 ? body : body[..comma], out min))
                    return false;
                if (comma < 0)
                    max = min;
                else if (comma < body.Length - 1 && !TryCount(body[(comma + 1)..], out max))
                    return false;
                _position = close + 1;
                return true;
            default:
                return false;
        }
    }

    private static bool TryCount(ReadOnlySpan<char> digits, out int count)
    {
        count = 0;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9') || (digits.Length > 1 && digits[0] == '0'))
            return false;
        count = digits.Length > 7 ? MaxRepeat + 1 : int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        return true;
    }

    private static bool RepeatFits(RegexNode node, int budget)
    {
        switch (node)
        {
            case RegexNode.Repeat repeat:
                if (repeat.Max == 0)
                    return true;
                var times = repeat.Max < 0 ? repeat.Min : repeat.Max;
                return times <= budget && RepeatFits(repeat.Body, times > 0 ? budget / times : budget);
            case RegexNode.Concat concat:
                return concat.Parts.All(part => RepeatFits(part, budget));
            case RegexNode.Alternate alternate:
                return alternate.Choices.All(choice => RepeatFits(choice, budget));
            default:
                return true;
        }
    }

    /// <summary>Null where only flags changed.</summary>
    private RegexNode? ParseAtom()
    {
        var multiLine = (_flags & Flags.MultiLine) != 0;
        switch (_pattern[_position])
        {
            case '(':
                return ParseGroup();
            case '[':
                return new RegexNode.Chars(ParseClass());
            case '.':
                _position++;
                return new RegexNode.Chars((_flags & Flags.DotMatchesNewline) != 0 ? CodePointSet.All : CodePointSet.Of('\n').Negate());
            case '^':
                _position++;
                return new RegexNode.Assert(multiLine ? RegexAssertion.LineStart : RegexAssertion.TextStart);
            case '$':
                _position++;
                return new RegexNode.Assert(multiLine ? RegexAssertion.LineEnd : RegexAssertion.TextEnd);
            case '\\':
                return ParseEscapeAtom();
            default:
                return Single(TakeRune());
        }
    }

    private RegexNode ParseEscapeAtom()
    {
        switch (_position + 1 < _pattern.Length ? _pattern[_position + 1] : '\0')
        {
            case 'A':
                _position += 2;
                return new RegexNode.Assert(RegexAssertion.TextStart);
            case 'z':
                _position += 2;
                return new RegexNode.Assert(RegexAssertion.TextEnd);
            case 'b':
                _position += 2;
                return new RegexNode.Assert(RegexAssertion.WordBoundary);
            case 'B':
                _position += 2;
                return new RegexNode.Assert(RegexAssertion.NotWordBoundary);
            case 'Q':
                var start = _position + 2;
                var end = _pattern.IndexOf("\\E", start, StringComparison.Ordinal);
                var quoted = _pattern[start..(end < 0 ? _pattern.Length : end)];
                _position = end < 0 ? _pattern.Length : end + 2;
                return Quoted(quoted);
            default:
                return TryParseClassEscape() is { } set ? new RegexNode.Chars(set) : Single(ParseEscapedCharacter());
        }
    }

    /// <summary>A repetition after \E belongs to the last quoted character only, as in RE2.</summary>
    private RegexNode Quoted(string text)
    {
        var runes = text.EnumerateRunes().Select(RegexNode (rune) => Single(rune.Value)).ToList();
        if (runes.Count == 0)
            return new RegexNode.Empty();
        var start = _position;
        if (TryParseRepeat(out _, out _))
        {
            var suffix = _pattern[start.._position];
            _position = start;
            if (runes.Count > 1)
            {
                var last = runes[^1];
                runes.RemoveAt(runes.Count - 1);
                TryParseRepeat(out var min, out var max);
                TryTake('?');
                if (min > MaxRepeat || max > MaxRepeat || (max >= 0 && min > max) || TryParseRepeat(out _, out _))
                    throw Refuse("invalid repeat", suffix);
                runes.Add(new RegexNode.Repeat(last, min, max));
            }
        }

        return runes.Count == 1 ? runes[0] : new RegexNode.Concat(runes);
    }

    private RegexNode.Chars Single(int codePoint)
    {
        var set = CodePointSet.Of(codePoint);
        if ((_flags & Flags.FoldCase) != 0)
            set = CodePointSet.Of([(codePoint, codePoint), .. CaseFolding.Of(codePoint).Select(other => (other, other))]);
        return new RegexNode.Chars(set);
    }

    private RegexNode? ParseGroup()
    {
        var outer = _flags;
        var start = _position++;
        if (TryTake('?'))
        {
            if (TryTake("P<") || (TryTake('<') && !AtEnd && _pattern[_position] is not ('=' or '!')))
                ParseGroupName(start);
            else if (_pattern.AsSpan(start).StartsWith("(?<", StringComparison.Ordinal))
                throw Refuse("look-behind is not supported", _pattern[start..Math.Min(_pattern.Length, start + 4)]);
            else if (!ParseFlags(start))
                return null;
        }

        if (++_nesting > MaxNesting)
            throw Refuse("expression nests too deeply", _pattern[start..Math.Min(_pattern.Length, start + 10)]);
        var inner = ParseAlternation();
        _nesting--;
        if (!TryTake(')'))
            throw Refuse("missing closing )", _pattern);
        _flags = outer;
        return inner;
    }

    private void ParseGroupName(int start)
    {
        var close = _pattern.IndexOf('>', _position);
        var name = close < 0 ? "" : _pattern[_position..close];
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
            throw Refuse("invalid named capture", _pattern[start..(close < 0 ? _pattern.Length : close + 1)]);
        if (!_groupNames.Add(name))
            throw Refuse("duplicate group name", name);
        _position = close + 1;
    }

    /// <summary>Reads <c>(?im-s:</c> or <c>(?im-s)</c>; false for the latter, which changes the flags up to the end of the group around it.</summary>
    private bool ParseFlags(int start)
    {
        var (flags, on, any) = (_flags, true, false);
        while (!AtEnd)
        {
            var c = _pattern[_position++];
            var flag = c switch
            {
                'i' => Flags.FoldCase,
                'm' => Flags.MultiLine,
                's' => Flags.DotMatchesNewline,
                'U' => Flags.Ungreedy,
                _ => Flags.None,
            };
            if (flag != Flags.None)
            {
                (flags, any) = (on ? flags | flag : flags & ~flag, true);
            }
            else if (c == '-' && on)
            {
                (on, any) = (false, false);
            }
            else if (c is ':' or ')' && (on || any))
            {
                _flags = flags;
                return c == ':';
            }
            else
            {
                break;
            }
        }

        var text = _pattern[start..Math.Min(_pattern.Length, start + 4)];
        throw Refuse(text is ['(', '?', '=' or '!', ..] ? "look-ahead is not supported" : "invalid or unsupported Perl syntax", text);
    }

    private int TakeRune()
    {
        Rune.DecodeFromUtf16(_pattern.AsSpan(_position), out var rune, out var length);
        _position += length;
        return rune.Value;
    }

    private bool TryTake(char c)
    {
        if (AtEnd || _pattern[_position] != c)
            return false;
        _position++;
        return true;
    }

    private bool TryTake(string text)
    {
        if (string.CompareOrdinal(_pattern, _position, text, 0, text.Length) != 0)
            return false;
        _position += text.Length;
        return true;
    }

    private static Re2SyntaxException Refuse(string why, string part) => new($"{why}: `{(part.Length <= 60 ? part : part[..57] + "...")}`");
}
