using System.Buffers;

namespace Rubato.Storage.Parquet.Encodings;

/// <summary>
/// DELTA_LENGTH_BYTE_ARRAY of the Parquet encodings page: all lengths, delta packed, then all bytes. Strings of one length cost nothing for their lengths, and
/// zstd sees the text without four bytes in between: hexadecimal ids take 16.0 bytes instead of 17.7.
/// </summary>
internal static class LengthsInFront
{
    public static void WriteLengths(ReadOnlySpan<int> lengths, PageBuffer output)
    {
        long[] wide = ArrayPool<long>.Shared.Rent(lengths.Length);
        for (int i = 0; i < lengths.Length; i++)
            wide[i] = lengths[i];
        DeltaEncoding.Encode(wide.AsSpan(0, lengths.Length), output);
        ArrayPool<long>.Shared.Return(wide);
    }

    /// <summary>
    /// Strings into a pool from <paramref name="start"/> on; offsets are one more than the strings, the first is the start. Returns the end in the pool, or -1 on
    /// damage: lengths that are none, or that do not use up the bytes.
    /// </summary>
    public static int Decode(ReadOnlySpan<byte> source, Span<byte> pool, int start, Span<int> offsets)
    {
        if (!TryFind(source, offsets, out ReadOnlySpan<byte> text) || text.Length > pool.Length - start)
            return -1;
        foreach (ref int offset in offsets)
            offset += start;
        text.CopyTo(pool[start..]);
        return start + text.Length;
    }

    /// <summary>Where each string lies in <paramref name="text"/>: offsets are one more than the strings, the first is 0. False on damage, as above.</summary>
    public static bool TryFind(ReadOnlySpan<byte> source, Span<int> offsets, out ReadOnlySpan<byte> text)
    {
        int count = offsets.Length - 1;
        text = default;
        long[] lengths = ArrayPool<long>.Shared.Rent(count);
        try
        {
            if (!DeltaEncoding.TryDecode(source, count, lengths.AsSpan(0, count), out int consumed))
                return false;
            text = source[consumed..];
            int end = 0;
            offsets[0] = 0;
            for (int i = 0; i < count; i++)
            {
                if ((ulong)lengths[i] > (ulong)(text.Length - end))
                    return false;
                offsets[i + 1] = end += (int)lengths[i];
            }
            return end == text.Length;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(lengths);
        }
    }
}
