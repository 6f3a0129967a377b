using System.Runtime.CompilerServices;

namespace Rubato.Model.Otlp;

/// <summary>
/// The form that nearly all KeyValue messages have: 0A keyLen key | 12 valueLen value, where the value is one text (0A),
/// truth (10), integer (18) or floating-point number (21), and the message is shorter than 128 bytes. A few comparisons tell
/// it, which is much cheaper than reading two messages field by field; the validator and the decoder share them.
/// </summary>
internal static class UsualKeyValue
{
    /// <summary>True when the message is of that form, and then well-formed.</summary>
    /// <param name="keyValue">The whole message, of less than 128 bytes.</param>
    /// <param name="valueAt">Where the AnyValue message begins; the key lies from 2 to 2 before it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(ReadOnlySpan<byte> keyValue, out int valueAt)
    {
        valueAt = 0;
        if (keyValue.Length is < 6 or >= 0x80 || keyValue[0] != 0x0A) return false;
        valueAt = keyValue[1] + 4;
        var valueLength = keyValue.Length - valueAt;
        if (valueLength < 2 || keyValue[valueAt - 2] != 0x12 || keyValue[valueAt - 1] != valueLength) return false;
        int tag = keyValue[valueAt];
        // Lengths and one-byte numbers first: most values are texts and small numbers.
        if (tag == 0x0A) return keyValue[valueAt + 1] == valueLength - 2;
        if (tag is 0x10 or 0x18) return valueLength == 2 ? keyValue[valueAt + 1] < 0x80 : IsWholeVarint(keyValue[(valueAt + 1)..]);
        return tag == 0x21 && valueLength == 9;
    }

    /// <summary>The number of a value for which <see cref="Is"/> holds and whose tag is that of a truth or an integer.</summary>
    public static ulong Varint(ReadOnlySpan<byte> value)
    {
        ulong bits = value[1] & 0x7FUL;
        for (var i = 2; i < value.Length; i++) bits |= (value[i] & 0x7FUL) << ((i - 1) * 7);
        return bits;
    }

    // Only the last byte has no continuation bit, and of a tenth byte one bit counts.
    private static bool IsWholeVarint(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 10 || bytes[^1] >= 0x80 || (bytes.Length == 10 && bytes[^1] > 1)) return false;
        foreach (var b in bytes[..^1])
        {
            if (b < 0x80) return false;
        }

        return true;
    }
}
