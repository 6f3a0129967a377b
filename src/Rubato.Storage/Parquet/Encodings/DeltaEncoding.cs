namespace Rubato.Storage.Parquet.Encodings;

/// <summary>
/// DELTA_BINARY_PACKED of the Parquet encodings page: blocks of 128 values in 4 miniblocks, each with a width of its own. Differences wrap
/// around, so any sequence of longs survives.
/// </summary>
internal static class DeltaEncoding
{
    private const int BlockValues = 128;
    private const int MiniBlocks = 4;
    private const int MiniBlockValues = BlockValues / MiniBlocks;

    public static void Encode(ReadOnlySpan<long> values, PageBuffer output)
    {
        output.WriteVarint(BlockValues);
        output.WriteVarint(MiniBlocks);
        output.WriteVarint((ulong)values.Length);
        output.WriteZigZag(values.IsEmpty ? 0 : values[0]);

        Span<long> deltas = stackalloc long[BlockValues];
        Span<ulong> offsets = stackalloc ulong[MiniBlockValues];
        Span<byte> widths = stackalloc byte[MiniBlocks];
        for (int start = 1; start < values.Length; start += BlockValues)
        {
            int count = Math.Min(BlockValues, values.Length - start);
            long min = long.MaxValue;
            for (int i = 0; i < count; i++)
            {
                deltas[i] = unchecked(values[start + i] - values[start + i - 1]);
                min = Math.Min(min, deltas[i]);
            }

            output.WriteZigZag(min);
            int widthsAt = output.Length;
            widths.Clear();
            output.Write(widths);
            for (int m = 0; m * MiniBlockValues < count; m++)
            {
                ReadOnlySpan<long> mini = deltas[(m * MiniBlockValues)..Math.Min(count, (m + 1) * MiniBlockValues)];
                offsets.Clear();
                ulong all = 0;
                for (int i = 0; i < mini.Length; i++)
                {
                    offsets[i] = unchecked((ulong)(mini[i] - min));
                    all |= offsets[i];
                }
                widths[m] = (byte)BitPacking.WidthOf(all);
                BitPacking.PackLongs(offsets, widths[m], output);
            }
            output.Overwrite(widthsAt, widths);
        }
    }

    /// <summary>Fills all of <paramref name="values"/>; false on damage, or when the stream holds another number of values.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<long> values) => TryDecode(source, values.Length, values, out _);

    /// <summary>
    /// The first values of a stretch that holds <paramref name="count"/>; false on damage. Where all are asked for,
    /// <paramref name="consumed"/> is where the next thing begins.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> source, int count, Span<long> values, out int consumed)
    {
        int length = source.Length;
        consumed = 0;
        if (!Varint.TryRead(ref source, out ulong blockValues) || !Varint.TryRead(ref source, out ulong miniBlocks)
            || !Varint.TryRead(ref source, out ulong total) || !Varint.TryReadZigZag(ref source, out long value))
            return false;
        if (total != (ulong)count || values.Length > count || blockValues is 0 or > 1 << 16 || miniBlocks is 0 or > 512
            || blockValues % 128 != 0 || blockValues % miniBlocks != 0 || blockValues / miniBlocks % 32 != 0)
            return false;
        consumed = length - source.Length;
        if (values.IsEmpty)
            return true;

        values[0] = value;
        int perMini = (int)(blockValues / miniBlocks);
        Span<ulong> chunk = stackalloc ulong[32];
        for (int at = 1; at < values.Length;)
        {
            if (!Varint.TryReadZigZag(ref source, out long min) || source.Length < (int)miniBlocks)
                return false;
            ReadOnlySpan<byte> widths = source[..(int)miniBlocks];
            source = source[(int)miniBlocks..];
            for (int m = 0; m < widths.Length && at < values.Length; m++)
            {
                int width = widths[m];
                long bytes = (long)perMini * width / 8;
                if (width > 64 || bytes > source.Length)
                    return false;
                // 32 values at a time: whole bytes for every width, and a buffer that stays in the first cache.
                for (int i = 0; i < perMini && at < values.Length; i += chunk.Length)
                {
                    BitPacking.UnpackLongs(source.Slice(i * width / 8, 4 * width), width, chunk);
                    Span<long> target = values[at..Math.Min(values.Length, at + chunk.Length)];
                    for (int k = 0; k < target.Length; k++)
                        target[k] = value = unchecked(value + min + (long)chunk[k]);
                    at += target.Length;
                }
                source = source[(int)bytes..];
            }
        }
        consumed = length - source.Length;
        return true;
    }
}
