using System.Globalization;

namespace Rubato.TraceQL.Regex;

internal sealed partial class Re2Parser
{
    private CodePointSet ParseClass()
    {
        var start = _position++;
        var negated = TryTake('^');
        var parts = new List<CodePointSet>();
        for (var first = true; ; first = false)
        {
            if (AtEnd)
                throw Refuse("missing closing ]", _pattern[start..]);
            if (_pattern[_position] == ']' && !first)
                break;
            parts.Add(TryParsePosixClass() ?? TryParseClassEscape() ?? ParseRange(start));
        }

        _position++;
        var set = CodePointSet.Union(parts);
        return negated ? set.Negate() : set;
    }

    private CodePointSet ParseRange(int classStart)
    {
        var start = _position;
        var low = ParseClassCharacter(classStart);
        var high = low;
        if (_position + 1 < _pattern.Length && _pattern[_position] == '-' && _pattern[_position + 1] != ']')
        {
            _position++;
            high = ParseClassCharacter(classStart);
            if (high < low)
                throw Refuse("invalid character class range", _pattern[start.._position]);
        }

        return Folded(CodePointSet.Of((low, high)));
    }

    private int ParseClassCharacter(int classStart) => AtEnd ? throw Refuse("missing closing ]", _pattern[classStart..])
        : _pattern[_position] == '\\' ? ParseEscapedCharacter()
        : TakeRune();

    private CodePointSet? TryParsePosixClass()
    {
        if (string.CompareOrdinal(_pattern, _position, "[:", 0, 2) != 0)
            return null;
        var close = _pattern.IndexOf(":]", _position + 2, StringComparison.Ordinal);
        if (close < 0)
            return null; // an ordinary bracket
        var name = _pattern[(_position + 2)..close];
        var negated = name.StartsWith('^');
        var set = UnicodeClasses.FindPosix(negated ? name[1..] : name) ?? throw Refuse("invalid character class range", $"[:{name}:]");
        _position = close + 2;
        return Signed(set, negated);
    }

    /// <summary>\d \s \w \p and their negations; null for any other escape and for no escape.</summary>
    private CodePointSet? TryParseClassEscape()
    {
        if (_pattern[_position] != '\\' || _position + 1 == _pattern.Length)
            return null;
        var letter = _pattern[_position + 1];
        var set = char.ToLowerInvariant(letter) switch
        {
            'd' => UnicodeClasses.Digits,
            's' => UnicodeClasses.Spaces,
            'w' => UnicodeClasses.Words,
            _ => null,
        };
        if (letter is 'p' or 'P')
            return ParseUnicodeClass();
        if (set is null || letter is not ('d' or 's' or 'w' or 'D' or 'S' or 'W'))
            return null;
        _position += 2;
        return Signed(set, char.IsAsciiLetterUpper(letter));
    }

    private CodePointSet ParseUnicodeClass()
    {
        var start = _position;
        var negated = _pattern[start + 1] == 'P';
        _position += 2;
        if (AtEnd)
            throw Refuse("invalid character class range", _pattern[start..]);
        string name;
        if (_pattern[_position] == '{')
        {
            var close = _pattern.IndexOf('}', _position);
            if (close < 0)
                throw Refuse("invalid character class range", _pattern[start..]);
            name = _pattern[(_position + 1)..close];
            _position = close + 1;
        }
        else
        {
            name = char.ConvertFromUtf32(TakeRune());
        }

        if (name.StartsWith('^'))
            (name, negated) = (name[1..], !negated);
        return Signed(UnicodeClasses.FindUnicode(name) ?? throw Refuse("invalid character class range", _pattern[start.._position]), negated);
    }

    /// <summary>Folds before it negates: <c>(?i)\W</c> is all that no spelling of a word character is.</summary>
    private CodePointSet Signed(CodePointSet set, bool negated) => negated ? Folded(set).Negate() : Folded(set);

    private CodePointSet Folded(CodePointSet set) => (_flags & Flags.FoldCase) != 0 ? set.Fold() : set;

    private int ParseEscapedCharacter()
    {
        var start = _position++;
        if (AtEnd)
            throw Refuse("trailing backslash at end of expression", _pattern);
        var c = TakeRune();
        switch (c)
        {
            case >= '1' and <= '7' when AtEnd || _pattern[_position] is not (>= '0' and <= '7'):
                throw Refuse("back-references are not supported", _pattern[start.._position]);
            case >= '0' and <= '7':
                var value = c - '0';
                for (var i = 0; i < 2 && !AtEnd && _pattern[_position] is >= '0' and <= '7'; i++)
                    value = (value * 8) + (_pattern[_position++] - '0');
                return value;
            case 'x':
                return ParseHex(start);
            case 'a':
                return '\a';
            case 'f':
                return '\f';
            case 'n':
                return '\n';
            case 'r':
                return '\r';
            case 't':
                return '\t';
            case 'v':
                return '\v';
            case < 0x80 when !char.IsAsciiLetterOrDigit((char)c):
                return c;
            default:
                throw Refuse("invalid escape sequence", _pattern[start.._position]);
        }
    }

    private int ParseHex(int start)
    {
        var digits = "";
        if (TryTake('{'))
        {
            var close = _pattern.IndexOf('}', _position);
            if (close >= 0)
            {
                digits = _pattern[_position..close];
                _position = close + 1;
            }
        }
        else if (_position + 2 <= _pattern.Length)
        {
            digits = _pattern.Substring(_position, 2);
            _position += 2;
        }

        return digits.Length is > 0 and <= 8 && digits.All(char.IsAsciiHexDigit)
            && uint.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is <= CodePointSet.Last and var value
            ? (int)value
            : throw Refuse("invalid escape sequence", _pattern[start.._position]);
    }
}
