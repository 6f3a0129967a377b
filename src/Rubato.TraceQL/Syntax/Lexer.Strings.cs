using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rubato.TraceQL.Syntax;

internal sealed partial class Lexer
{
    private Token ReadString()
    {
        var start = _position;
        var end = _query.AsSpan(start + 1).IndexOfAny(_query[start] == '`' ? "`" : "\"\\\n");
        if (end >= 0 && _query[start + 1 + end] == _query[start])
        {
            _position = start + end + 2;
            // A carriage return in a raw string is dropped, as Go does, so that a query saved with CRLF means the same.
            var raw = _query.Substring(start + 1, end);
            return Literal(start, _query[start] == '`' ? raw.Replace("\r", "", StringComparison.Ordinal) : raw);
        }

        if (_query[start] == '`')
            throw Error(start, 1, "literal not terminated: the string has no closing back tick");
        return Literal(start, ReadEscaped(start));
    }

    private Token Literal(int start, string text) => new(TokenKind.Literal, Since(start), "", Value: StaticValue.FromString(text));

    /// <summary>Collects UTF-8, because \xHH and \NNN name bytes: "\xc3\xbc" is one letter.</summary>
    private string ReadEscaped(int start)
    {
        var bytes = new ArrayBufferWriter<byte>();
        _position++;
        while (_position < _query.Length && _query[_position] is not ('"' or '\n'))
        {
            if (_query[_position] == '\\')
            {
                if (_position + 1 == _query.Length)
                    break;
                ReadEscape(bytes);
                continue;
            }

            var rest = _query.AsSpan(_position);
            var plain = rest.IndexOfAny("\"\\\n");
            plain = plain < 0 ? rest.Length : plain;
            Encoding.UTF8.GetBytes(rest[..plain], bytes);
            _position += plain;
        }

        if (Peek(0) != '"')
            throw Error(start, 1, "literal not terminated: the string has no closing quote on its line");
        _position++;
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private void ReadEscape(ArrayBufferWriter<byte> bytes)
    {
        var start = _position;
        var c = Peek(1);
        _position += 2;
        switch (c)
        {
            case 'a' or 'b' or 'f' or 'n' or 'r' or 't' or 'v':
                bytes.Write([(byte)"\a\b\f\n\r\t\v"["abfnrtv".IndexOf(c, StringComparison.Ordinal)]]);
                return;
            case '\\' or '"':
                bytes.Write([(byte)c]);
                return;
            case 'x':
                bytes.Write([(byte)ReadDigits(start, 2, 16)]);
                return;
            case >= '0' and <= '7':
                _position--;
                var octal = ReadDigits(start, 3, 8);
                bytes.Write([octal <= 255 ? (byte)octal : throw Error(start, 4, "invalid char escape: an octal escape is at most \\377")]);
                return;
            case 'u' or 'U':
                var digits = c == 'u' ? 4 : 8;
                if (!Rune.TryCreate(ReadDigits(start, digits, 16), out var rune))
                    throw Error(start, digits + 2, "invalid char escape: no such Unicode character");
                var room = bytes.GetSpan(4);
                bytes.Advance(rune.EncodeToUtf8(room));
                return;
            default:
                throw Error(start, 2, $"invalid char escape \\{c}; in \"...\" a backslash is doubled (\\\\), in `...` it stands for itself");
        }
    }

    private uint ReadDigits(int start, int count, int numberBase)
    {
        uint value = 0;
        for (var i = 0; i < count; i++, _position++)
        {
            var c = Peek(0);
            var digit = char.IsAsciiHexDigit(c) ? int.Parse([c], NumberStyles.HexNumber, CultureInfo.InvariantCulture) : numberBase;
            if (digit >= numberBase)
                throw Error(start, _position - start, $"invalid char escape: {count} digits of base {numberBase} are expected");
            value = (value * (uint)numberBase) + (uint)digit;
        }

        return value;
    }
}
