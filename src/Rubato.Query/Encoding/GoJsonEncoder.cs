using System.Text;
using System.Text.Encodings.Web;

namespace Rubato.Query.Encoding;

/// <summary>
/// Escapes as Go's encoding/json does (spec/http-api.md 1.2): quotes, backslashes and control characters, and of the rest
/// only what could end a script: &lt; &gt; &amp; U+2028 U+2029, in lower-case hex. .NET's own encoders also escape quotes
/// in <c>it's</c>, plus signs and emoji, which makes database statements long and hard to read.
/// </summary>
internal sealed unsafe class GoJsonEncoder : JavaScriptEncoder
{
    public static readonly GoJsonEncoder Instance = new();

    public override int MaxOutputCharactersPerInputCharacter => 6;

    public override bool WillEncode(int unicodeScalar) =>
        unicodeScalar is < 0x20 or '"' or '\\' or '<' or '>' or '&' or 0x2028 or 0x2029;

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (var i = 0; i < textLength; i++)
        {
            var c = text[i];
            if (char.IsSurrogate(c))
            {
                // Half a pair must not reach the output: report it, and it is written as U+FFFD.
                if (!char.IsHighSurrogate(c) || i + 1 == textLength || !char.IsLowSurrogate(text[i + 1])) return i;
                i++;
            }
            else if (WillEncode(c))
            {
                return i;
            }
        }

        return -1;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        var output = new Span<char>(buffer, bufferLength);
        numberOfCharactersWritten = 0;
        if (!WillEncode(unicodeScalar)) return new Rune(unicodeScalar).TryEncodeToUtf16(output, out numberOfCharactersWritten);
        var brief = unicodeScalar switch { '"' => '"', '\\' => '\\', '\n' => 'n', '\r' => 'r', '\t' => 't', '\b' => 'b', '\f' => 'f', _ => '\0' };
        if (output.Length < (brief == 0 ? 6 : 2)) return false;
        output[0] = '\\';
        if (brief != 0)
        {
            output[1] = brief;
            numberOfCharactersWritten = 2;
            return true;
        }

        output[1] = 'u';
        numberOfCharactersWritten = 6;
        return unicodeScalar.TryFormat(output[2..], out _, "x4", System.Globalization.CultureInfo.InvariantCulture);
    }
}
