using System.Globalization;

namespace Rubato.TraceQL.Syntax;

internal sealed partial class Lexer
{
    private Token ReadNumber()
    {
        var start = _position;
        var end = start;
        while (end < _query.Length && (char.IsAsciiDigit(_query[end]) || "nsumhµμdwy.".Contains(_query[end], StringComparison.Ordinal)))
            end++;
        if (DurationText.TryParse(_query.AsSpan(start, end - start), out var nanoseconds))
        {
            _position = end;
            return new Token(TokenKind.Literal, Since(start), "", Value: StaticValue.FromDuration(nanoseconds));
        }

        if (Peek(0) == '0' && char.ToLowerInvariant(Peek(1)) is 'x' or 'b' or 'o')
            throw Error(start, 2, $"unexpected {_query.AsSpan(start, 2)}; only decimal numbers can be compared with");
        SkipDigits();
        var isFloat = false;
        if (Peek(0) == '.')
        {
            isFloat = true;
            _position++;
            SkipDigits();
        }

        if (Peek(0) is 'e' or 'E' && (char.IsAsciiDigit(Peek(1)) || (Peek(1) is '+' or '-' && char.IsAsciiDigit(Peek(2)))))
        {
            isFloat = true;
            _position += 2;
            SkipDigits();
        }

        if (_position < _query.Length && IsWordStart(_position))
            throw NumberRunsIntoWord(start);
        return new Token(TokenKind.Literal, Since(start), "", Value: ParseNumber(_query.AsSpan(start, _position - start), start, isFloat));
    }

    private StaticValue ParseNumber(ReadOnlySpan<char> text, int start, bool isFloat)
    {
        if (isFloat)
        {
            var number = double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
            return double.IsFinite(number) ? StaticValue.FromFloat(number) : throw Error(start, text.Length, $"the number {text} is out of the range of a 64-bit float");
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var integer)
            ? StaticValue.FromInt(integer)
            : throw Error(start, text.Length, $"the number {text} is out of the range of a 64-bit integer, whose largest is {long.MaxValue}");
    }

    private TraceQLException NumberRunsIntoWord(int start)
    {
        while (_position < _query.Length && IsWordPart(_position))
            _position++;
        return Error(start, _position - start, $"unexpected {_query.AsSpan(start, _position - start)}: neither a number nor a duration; the units are ns us ms s m h d w y, as in 1h30m or 1.5s");
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit(Peek(0)))
            _position++;
    }
}
