using System.Numerics;

namespace Rubato.Storage.Parquet.Encodings;

/// <summary>
/// The RLE / bit-packing hybrid of the Parquet encodings page. Runs of equal values cost a header and one value, everything else is
/// bit-packed in groups of eight.
/// </summary>
internal static class RunLengthEncoder
{
    public static void Encode(ReadOnlySpan<int> values, int width, PageBuffer output)
    {
        // Breaking a packed stretch for a run costs about 4 bytes (two headers, the value), so a run must replace more than that.
        int minRun = Math.Max(8, (32 / width + 7) & ~7);
        int literalStart = 0;
        int i = 0;
        while (i < values.Length)
        {
            int value = values[i];
            if (i + 1 < values.Length && values[i + 1] != value)
            {
                i++;
                continue;
            }

            int run = values[i..].IndexOfAnyExcept(value);
            if (run < 0)
                run = values.Length - i;
            int fill = -(i - literalStart) & 7; // The packed stretch must end on a whole group: it borrows from the run.
            if (run - fill >= minRun)
            {
                WritePacked(values[literalStart..(i + fill)], width, output);
                WriteRun(run - fill, value, width, output);
                literalStart = i + run;
            }
            i += run;
        }
        WritePacked(values[literalStart..], width, output);
    }

    /// <summary>
    /// One-bit levels given as a bitmap, least significant bit first: <paramref name="count"/> bits, zero after the last. Eight rows are looked
    /// at together, which made the levels of a sparse column nearly free: 1 kB to scan for a page of 8192 rows.
    /// </summary>
    public static void EncodeBits(ReadOnlySpan<byte> bitmap, int count, PageBuffer output)
    {
        const int MinRunBytes = 4;
        int wholeBytes = count / 8;
        int literalStart = 0;
        int i = 0;
        while (i < wholeBytes)
        {
            byte b = bitmap[i];
            if (b is not (0 or 0xFF))
            {
                i++;
                continue;
            }

            int run = bitmap[i..wholeBytes].IndexOfAnyExcept(b);
            if (run < 0)
                run = wholeBytes - i;
            if (run >= MinRunBytes)
            {
                WritePackedBytes(bitmap[literalStart..i], output);
                int bits = run * 8;
                // The bits of a last, partial byte continue the run when they are alike.
                if (i + run == wholeBytes && count % 8 != 0 && bitmap[wholeBytes] == (byte)(b & ((1 << (count % 8)) - 1)))
                {
                    bits += count % 8;
                    wholeBytes = -1;
                }
                WriteRun(bits, b & 1, width: 1, output);
                if (wholeBytes < 0)
                    return;
                literalStart = i + run;
            }
            i += run;
        }
        WritePackedBytes(bitmap[literalStart..((count + 7) / 8)], output);
    }

    public static void WriteRun(int count, int value, int width, PageBuffer output)
    {
        if (count == 0)
            return;
        output.WriteVarint((ulong)(uint)count << 1);
        for (int bits = 0; bits < width; bits += 8)
            output.WriteByte((byte)(value >> bits));
    }

    public static int CountBits(ReadOnlySpan<byte> bitmap)
    {
        int count = 0;
        foreach (byte b in bitmap)
            count += BitOperations.PopCount(b);
        return count;
    }

    private static void WritePackedBytes(ReadOnlySpan<byte> groups, PageBuffer output)
    {
        if (groups.IsEmpty)
            return;
        output.WriteVarint(((ulong)groups.Length << 1) | 1);
        output.Write(groups);
    }

    private static void WritePacked(ReadOnlySpan<int> values, int width, PageBuffer output)
    {
        if (values.IsEmpty)
            return;
        output.WriteVarint(((ulong)((values.Length + 7) / 8) << 1) | 1);
        BitPacking.Pack(values, width, output);
    }
}
