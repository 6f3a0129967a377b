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

    /// <summary>
    /// One-bit levels: the position of the n-th zero for each of the ascending <paramref name="ordinals"/> (from 0; equal ones may follow each
    /// other), and <paramref name="levels"/> for the zero after the last. False on damage.
    /// </summary>
    public static bool TrySelectZeros(ReadOnlySpan<byte> source, int levels, ReadOnlySpan<int> ordinals, Span<int> positions)
    {
        var runs = new Runs(source, width: 1);
        int at = 0, zeros = 0, next = 0;
        while (next < ordinals.Length)
        {
            if (at >= levels)
            {
                if (ordinals[next] != zeros)
                    return false;
                positions[next++] = levels;
                continue;
            }
            if (!runs.TryNext(levels - at, out int count, out int value, out ReadOnlySpan<byte> packed))
                return false;
            int inRun = packed.IsEmpty ? count * (1 - value) : count - CountBits(packed, 0, count);
            int bit = 0, before = zeros; // Zeros up to that bit of the run.
            for (; next < ordinals.Length && ordinals[next] < zeros + inRun; next++)
            {
                if (packed.IsEmpty)
                    bit = ordinals[next] - zeros;
                else
                    SkipZeros(packed, ordinals[next], ref bit, ref before);
                positions[next] = at + bit;
            }
            zeros += inRun;
            at += count;
        }
        return true;
    }

    /// <summary>
    /// Levels of one or two bits at the ascending <paramref name="entries"/>, and for each how many before it have the level
    /// <paramref name="max"/>, which must be the highest power of two that fits the width. False on damage.
    /// </summary>
    public static bool TryPickLevels(
        ReadOnlySpan<byte> source, int max, int total, ReadOnlySpan<int> entries, Span<int> levels, Span<int> ranks)
    {
        int width = max == 2 ? 2 : 1;
        byte mask = (byte)(max == 2 ? 0xAA : 0xFF); // Of each value the bit that only the highest level has.
        var runs = new Runs(source, width);
        int at = 0, full = 0, next = 0;
        while (next < entries.Length)
        {
            if (at >= total || !runs.TryNext(total - at, out int count, out int value, out ReadOnlySpan<byte> packed))
                return false;
            int end = at + count;
            int counted = 0;
            for (; next < entries.Length && entries[next] < end; next++)
            {
                int index = entries[next] - at;
                if (packed.IsEmpty)
                {
                    (levels[next], ranks[next]) = (value, full + (value == max ? index : 0));
                    continue;
                }
                full += CountBits(packed, counted * width, index * width, mask);
                counted = index;
                (levels[next], ranks[next]) = (BitPacking.ValueAt(packed, width, index), full);
            }
            if (next < entries.Length)
                full += !packed.IsEmpty ? CountBits(packed, counted * width, count * width, mask) : value == max ? count : 0;
            at = end;
        }
        return true;
    }

    /// <summary>Moves <paramref name="bit"/> on to zero number <paramref name="ordinal"/>, which is in this stretch.</summary>
    private static void SkipZeros(ReadOnlySpan<byte> bits, int ordinal, ref int bit, ref int before)
    {
        while ((bit & 7) == 0)
        {
            int zeros = 8 - BitOperations.PopCount(bits[bit >> 3]);
            if (before + zeros > ordinal)
                break;
            before += zeros;
            bit += 8;
        }
        while (true)
        {
            bool isZero = (bits[bit >> 3] >> (bit & 7) & 1) == 0;
            if (isZero && before == ordinal)
                return;
            before += isZero ? 1 : 0;
            bit++;
            if ((bit & 7) == 0)
            {
                SkipZeros(bits, ordinal, ref bit, ref before);
                return;
            }
        }
    }

    /// <summary>Ones among bits <paramref name="from"/> to <paramref name="to"/>, the last one left out; of each byte those in the mask.</summary>
    private static int CountBits(ReadOnlySpan<byte> bits, int from, int to, byte mask = 0xFF)
    {
        if (from >= to)
            return 0;
        int first = from >> 3, last = to >> 3;
        int count = -BitOperations.PopCount((uint)(bits[first] & mask) & ((1u << (from & 7)) - 1));
        ReadOnlySpan<byte> whole = bits[first..last];
        ulong wide = mask * 0x0101010101010101UL;
        for (; whole.Length >= 8; whole = whole[8..])
            count += BitOperations.PopCount(BinaryPrimitives.ReadUInt64LittleEndian(whole) & wide);
        foreach (byte b in whole)
            count += BitOperations.PopCount((uint)(b & mask));
        if ((to & 7) != 0)
            count += BitOperations.PopCount((uint)(bits[last] & mask) & ((1u << (to & 7)) - 1));
        return count;
    }
}
