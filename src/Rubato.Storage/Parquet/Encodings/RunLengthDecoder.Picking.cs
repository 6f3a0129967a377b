using System.Buffers.Binary;
using System.Numerics;

namespace Rubato.Storage.Parquet.Encodings;

/// <summary>Single values out of a stretch: run headers are walked, what lies between the wanted values is not unpacked.</summary>
internal static partial class RunLengthDecoder
{
    /// <summary>
    /// One-bit levels: for each of the ascending <paramref name="rows"/> the number of ones before it when its own is set, else -1.
    /// False on damage, also when a row lies beyond the levels.
    /// </summary>
    public static bool TryRank(ReadOnlySpan<byte> source, int levels, ReadOnlySpan<int> rows, Span<int> ranks)
    {
        var runs = new Runs(source, width: 1);
        int at = 0, ones = 0, next = 0;
        while (next < rows.Length)
        {
            if (at >= levels || !runs.TryNext(levels - at, out int count, out int value, out ReadOnlySpan<byte> packed))
                return false;
            int end = at + count;
            if (packed.IsEmpty)
            {
                for (; next < rows.Length && rows[next] < end; next++)
                    ranks[next] = value == 0 ? -1 : ones + rows[next] - at;
                ones += count * value;
            }
            else
            {
                int counted = 0;
                for (; next < rows.Length && rows[next] < end; next++)
                {
                    int bit = rows[next] - at;
                    ones += CountBits(packed, counted, bit);
                    counted = bit;
                    ranks[next] = (packed[bit >> 3] >> (bit & 7) & 1) != 0 ? ones : -1;
                }
                if (next < rows.Length)
                    ones += CountBits(packed, counted, count);
            }
            at = end;
        }
        return true;
    }

    /// <summary>The values at the ascending <paramref name="indexes"/> of a stretch of <paramref name="total"/>; false on damage.</summary>
    public static bool TryPick(ReadOnlySpan<byte> source, int width, int total, ReadOnlySpan<int> indexes, Span<int> values)
    {
        var runs = new Runs(source, width);
        int at = 0, next = 0;
        while (next < indexes.Length)
        {
            if (at >= total || !runs.TryNext(total - at, out int count, out int value, out ReadOnlySpan<byte> packed))
                return false;
            int end = at + count;
            if (packed.IsEmpty)
            {
                for (; next < indexes.Length && indexes[next] < end; next++)
                    values[next] = value;
            }
            else
            {
                for (; next < indexes.Length && indexes[next] < end; next++)
                    values[next] = BitPacking.ValueAt(packed, width, indexes[next] - at);
            }
            at = end;
        }
        return true;
    }

    /// <summary>Ones among bits <paramref name="from"/> to <paramref name="to"/>, the last one left out.</summary>
    private static int CountBits(ReadOnlySpan<byte> bits, int from, int to)
    {
        if (from >= to)
            return 0;
        int first = from >> 3, last = to >> 3;
        int below = BitOperations.PopCount(bits[first] & ((1u << (from & 7)) - 1));
        int count = -below;
        ReadOnlySpan<byte> whole = bits[first..last];
        for (; whole.Length >= 8; whole = whole[8..])
            count += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(whole));
        foreach (byte b in whole)
            count += BitOperations.PopCount(b);
        if ((to & 7) != 0)
            count += BitOperations.PopCount(bits[last] & ((1u << (to & 7)) - 1));
        return count;
    }
}
