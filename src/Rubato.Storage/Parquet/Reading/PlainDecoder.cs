using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Rubato.Model;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>PLAIN values. Each method uses up exactly the bytes given or throws.</summary>
internal static class PlainDecoder
{
    public static void Numbers(ReadOnlySpan<byte> source, int size, Span<long> target)
    {
        Expect(source, (long)target.Length * size, target.Length);
        if (size == 4)
        {
            int done = Acceleration.IsEnabled && BitConverter.IsLittleEndian ? Widen(MemoryMarshal.Cast<byte, int>(source), target) : 0;
            for (int i = done; i < target.Length; i++)
                target[i] = BinaryPrimitives.ReadInt32LittleEndian(source.Slice(4 * i, 4));
            return;
        }
        source.CopyTo(MemoryMarshal.AsBytes(target));
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(target, target);
    }

    private static int Widen(ReadOnlySpan<int> source, Span<long> target)
    {
        int i = 0;
        for (; i <= source.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            Vector.Widen(new Vector<int>(source[i..]), out Vector<long> low, out Vector<long> high);
            low.CopyTo(target[i..]);
            high.CopyTo(target[(i + Vector<long>.Count)..]);
        }
        return i;
    }

    public static void Fixed(ReadOnlySpan<byte> source, Span<byte> target, int count)
    {
        Expect(source, target.Length, count);
        source.CopyTo(target);
    }

    public static void Booleans(ReadOnlySpan<byte> source, Span<byte> target)
    {
        Expect(source, (target.Length + 7L) / 8, target.Length);
        for (int i = 0; i < target.Length; i++)
            target[i] = (byte)((source[i >> 3] >> (i & 7)) & 1);
    }

    /// <summary>
    /// Length-prefixed strings into a pool from <paramref name="start"/> on; offsets are one more than the strings, the first is the start.
    /// Returns the end in the pool.
    /// </summary>
    public static int Strings(ReadOnlySpan<byte> source, Span<byte> pool, int start, Span<int> offsets)
    {
        int at = 0, end = start;
        offsets[0] = start;
        for (int i = 1; i < offsets.Length; i++)
        {
            if (source.Length - at < 4)
                throw new ParquetFormatException($"string {i - 1} of {offsets.Length - 1} is cut off");
            int length = BinaryPrimitives.ReadInt32LittleEndian(source[at..]);
            at += 4;
            if ((uint)length > (uint)(source.Length - at) || length > pool.Length - end)
                throw new ParquetFormatException($"string {i - 1} of {offsets.Length - 1} claims {length} bytes, {source.Length - at} are left");
            source.Slice(at, length).CopyTo(pool[end..]);
            at += length;
            end += length;
            offsets[i] = end;
        }
        if (at != source.Length)
            throw new ParquetFormatException($"{source.Length - at} bytes are left over after {offsets.Length - 1} strings");
        return end;
    }

    /// <summary>The length-prefixed string at <paramref name="at"/>, which moves behind it.</summary>
    public static ReadOnlySpan<byte> NextString(ReadOnlySpan<byte> source, scoped ref int at)
    {
        if (source.Length - at < 4)
            throw new ParquetFormatException($"a string is cut off at byte {at} of {source.Length}");
        int length = BinaryPrimitives.ReadInt32LittleEndian(source[at..]);
        if ((uint)length > (uint)(source.Length - at - 4))
            throw new ParquetFormatException($"a string claims {length} bytes, {source.Length - at - 4} are left");
        ReadOnlySpan<byte> value = source.Slice(at + 4, length);
        at += 4 + length;
        return value;
    }

    private static void Expect(ReadOnlySpan<byte> source, long bytes, int count)
    {
        if (source.Length != bytes)
            throw new ParquetFormatException($"{count} values in {source.Length} bytes, which should be {bytes}");
    }
}
