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
        int count = offsets.Length - 1;
        long[] lengths = ArrayPool<long>.Shared.Rent(count);
        try
        {
            if (!DeltaEncoding.TryDecode(source, lengths.AsSpan(0, count), out int consumed))
                return -1;
            ReadOnlySpan<byte> text = source[consumed..];
            if (text.Length > pool.Length - start)
                return -1;
            int end = start;
            offsets[0] = start;
            for (int i = 0; i < count; i++)
            {
                if ((ulong)lengths[i] > (ulong)(start + text.Length - end))
                    return -1;
                offsets[i + 1] = end += (int)lengths[i];
            }
            if (end != start + text.Length)
                return -1;
            text.CopyTo(pool[start..]);
            return end;
        }
        finally
        {
            ArrayPool<long>.Shared.Return(lengths);
        }
    }
}
