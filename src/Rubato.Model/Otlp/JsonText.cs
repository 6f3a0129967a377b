using System.Text;

namespace Rubato.Model.Otlp;

/// <summary>Unescapes the inside of a JSON string that a reader has already checked. Half a surrogate pair becomes U+FFFD.</summary>
public static class JsonText
{
    /// <param name="escaped">Without its quotes.</param>
    /// <param name="destination">At least as long.</param>
    /// <returns>Bytes written.</returns>
    public static int Unescape(ReadOnlySpan<byte> escaped, Span<byte> destination)
    {
        var length = 0;
        for (var i = 0; i < escaped.Length;)
        {
            var c = escaped[i++];
            if (c != '\\')
            {
                destination[length++] = c;
                continue;
            }

            c = escaped[i++];
            if (c != 'u')
            {
                destination[length++] = c switch
                {
                    (byte)'n' => (byte)'\n', (byte)'t' => (byte)'\t', (byte)'r' => (byte)'\r', (byte)'b' => (byte)'\b', (byte)'f' => (byte)'\f', _ => c,
                };
                continue;
            }

            var unit = Hex(escaped.Slice(i, 4));
            i += 4;
            var rune = Rune.ReplacementChar;
            if (char.IsHighSurrogate(unit) && i + 6 <= escaped.Length && escaped[i] == '\\' && escaped[i + 1] == 'u'
                && Rune.TryCreate(unit, Hex(escaped.Slice(i + 2, 4)), out var pair))
            {
                rune = pair;
                i += 6;
            }
            else if (Rune.TryCreate(unit, out var single))
            {
                rune = single;
            }

            length += rune.EncodeToUtf8(destination[length..]);
        }

        return length;
    }

    private static char Hex(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var d in digits) value = (value << 4) | (d <= '9' ? d - '0' : (d | 0x20) - 'a' + 10);
        return (char)value;
    }
}
