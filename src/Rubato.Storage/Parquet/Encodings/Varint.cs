using System.Runtime.CompilerServices;

namespace Rubato.Storage.Parquet.Encodings;

internal static class Varint
{
    /// <summary>Reads an unsigned LEB128 number of at most 64 bits and moves past it; false when it is cut off or too long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ref ReadOnlySpan<byte> source, out ulong value)
    {
        // Nearly all are one byte long: the header of a short run, a field of a footer.
        if (!source.IsEmpty && source[0] < 0x80)
        {
            value = source[0];
            source = source[1..];
            return true;
        }
        return TryReadLong(ref source, out value);
    }

    private static bool TryReadLong(ref ReadOnlySpan<byte> source, out ulong value)
    {
        value = 0;
        for (int i = 0; i < source.Length && i < 10; i++)
        {
            byte b = source[i];
            if (i == 9 && b > 1)
                return false;
            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                source = source[(i + 1)..];
                return true;
            }
        }
        return false;
    }

    public static bool TryReadZigZag(ref ReadOnlySpan<byte> source, out long value)
    {
        bool read = TryRead(ref source, out ulong raw);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }
}
