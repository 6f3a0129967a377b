using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rubato.Storage.Parquet.Encodings;

/// <summary>
/// Bit packing as in the Parquet encodings page: little endian, least significant bit first, so that eight values of w bits
/// take w bytes. The unpackers load eight bytes at a time; the last few bytes, where that would read past the end, go through a
/// padded copy.
/// </summary>
internal static class BitPacking
{
    /// <summary>Bits needed for codes 0 to <paramref name="maxValue"/>; at least 1, as Arrow writes it.</summary>
    public static int WidthOf(int maxValue) => Math.Max(1, 32 - int.LeadingZeroCount(maxValue));

    public static int WidthOf(ulong maxValue) => 64 - (int)ulong.LeadingZeroCount(maxValue);

    /// <summary>Packs <paramref name="values"/>, padded with zeros to whole groups of eight, each value below 2^width.</summary>
    public static void Pack(ReadOnlySpan<int> values, int width, PageBuffer output)
    {
        int groups = (values.Length + 7) / 8;
        Span<byte> room = output.Reserve(checked(groups * width + 8));
        Span<int> last = stackalloc int[8];
        int at = 0;
        for (int g = 0; g < groups; g++, at += width)
        {
            scoped ReadOnlySpan<int> group = values[(g * 8)..];
            if (group.Length < 8)
            {
                last.Clear();
                group.CopyTo(last);
                group = last;
            }
            PackGroup(group[..8], width, room[at..]);
        }
        output.Advance(groups * width);
    }

    public static void PackLongs(ReadOnlySpan<ulong> values, int width, PageBuffer output)
    {
        if (width == 0)
            return;
        int bytes = (values.Length * width + 7) / 8;
        Span<byte> room = output.Reserve(bytes + 16);
        ulong pending = 0;
        int bits = 0, at = 0;
        foreach (ulong value in values)
        {
            pending |= value << bits;
            bits += width;
            if (bits < 64)
                continue;
            BinaryPrimitives.WriteUInt64LittleEndian(room[at..], pending);
            at += 8;
            bits -= 64;
            pending = bits == 0 ? 0 : value >> (width - bits);
        }
        BinaryPrimitives.WriteUInt64LittleEndian(room[at..], pending);
        output.Advance(bytes);
    }

    /// <summary>
    /// Unpacks codes of 0 to 32 bits. <paramref name="packed"/> must hold all the groups of eight that they take; bytes after them may be
    /// loaded, never used, and spare the padded copy.
    /// </summary>
    public static void Unpack(ReadOnlySpan<byte> packed, int width, Span<int> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)width, 32u);
        int groups = (values.Length + 7) / 8;
        ArgumentOutOfRangeException.ThrowIfLessThan(packed.Length, (long)groups * width, nameof(packed));
        if (width == 0)
        {
            values.Clear();
            return;
        }

        // A group touches bytes [g*width, g*width + width + 8) at the most, whatever the width.
        int fast = packed.Length < width + 8 ? 0 : Math.Min(values.Length / 8, (packed.Length - width - 8) / width + 1);
        UnpackGroups(packed, width, values[..(fast * 8)]);
        if (fast == groups)
            return;
        UnpackTail(packed, width, values, fast, groups);
    }

    /// <summary>Apart from the loop above, because clearing its stack space took longer than unpacking a short stretch.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void UnpackTail(ReadOnlySpan<byte> packed, int width, Span<int> values, int firstGroup, int groups)
    {
        Span<byte> padded = stackalloc byte[32 + 32 + 8];
        Span<int> group = stackalloc int[8];
        for (int g = firstGroup; g < groups; g++)
        {
            packed.Slice(g * width, width).CopyTo(padded);
            UnpackGroups(padded, width, group);
            Span<int> target = values[(g * 8)..];
            group[..Math.Min(8, target.Length)].CopyTo(target);
        }
    }

    /// <summary>One value of 1 to 32 bits; <paramref name="packed"/> must hold the group of eight that it is in.</summary>
    public static int ValueAt(ReadOnlySpan<byte> packed, int width, int index)
    {
        long bit = (long)index * width;
        int at = (int)(bit >> 3), shift = (int)(bit & 7);
        ReadOnlySpan<byte> source = packed[at..];
        ulong word = 0;
        if (source.Length >= 8)
            word = BinaryPrimitives.ReadUInt64LittleEndian(source);
        else
            for (int i = 0; i < source.Length; i++)
                word |= (ulong)source[i] << (8 * i);
        return (int)((word >> shift) & ((1UL << width) - 1));
    }

    public static void UnpackLongs(ReadOnlySpan<byte> packed, int width, Span<ulong> values)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)width, 64u);
        ArgumentOutOfRangeException.ThrowIfLessThan(packed.Length, ((long)values.Length * width + 7) / 8, nameof(packed));
        if (width == 0)
        {
            values.Clear();
            return;
        }

        ulong mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        Span<byte> padded = stackalloc byte[24];
        for (int i = 0; i < values.Length; i++)
        {
            long bit = (long)i * width;
            int at = (int)(bit >> 3), shift = (int)(bit & 7);
            scoped ReadOnlySpan<byte> source = packed[at..];
            if (source.Length < 16)
            {
                padded.Clear();
                source.CopyTo(padded);
                source = padded;
            }
            ulong value = BinaryPrimitives.ReadUInt64LittleEndian(source) >> shift;
            if (shift + width > 64)
                value |= BinaryPrimitives.ReadUInt64LittleEndian(source[8..]) << (64 - shift);
            values[i] = value & mask;
        }
    }

    private static void PackGroup(ReadOnlySpan<int> group, int width, Span<byte> room)
    {
        if (width <= 8)
        {
            ulong word = 0;
            for (int i = 7; i >= 0; i--)
                word = (word << width) | (uint)group[i];
            BinaryPrimitives.WriteUInt64LittleEndian(room, word);
            return;
        }

        ulong pending = 0;
        int bits = 0, at = 0;
        for (int i = 0; i < 8; i++)
        {
            pending |= (ulong)(uint)group[i] << bits;
            bits += width;
            if (bits < 32)
                continue;
            BinaryPrimitives.WriteUInt32LittleEndian(room[at..], (uint)pending);
            at += 4;
            pending >>= 32;
            bits -= 32;
        }
        if (bits > 0)
            BinaryPrimitives.WriteUInt32LittleEndian(room[at..], (uint)pending);
    }

    /// <summary>
    /// The kernel: whole groups, each with width + 8 readable bytes from its start (proved by both callers), which is why plain refs
    /// are safe here.
    /// </summary>
    private static void UnpackGroups(ReadOnlySpan<byte> packed, int width, Span<int> values)
    {
        ref byte source = ref MemoryMarshal.GetReference(packed);
        ref int target = ref MemoryMarshal.GetReference(values);
        ulong mask = (1UL << width) - 1;
        int groups = values.Length / 8;
        if (width <= 8)
        {
            for (int g = 0; g < groups; g++)
            {
                ulong word = Load(ref source, 0);
                Store(ref target, word, width, mask);
                Store(ref Unsafe.Add(ref target, 4), word >> (4 * width), width, mask);
                source = ref Unsafe.Add(ref source, width);
                target = ref Unsafe.Add(ref target, 8);
            }
        }
        else if (width <= 16)
        {
            // Four values fit a word; the second four start at bit 4w, which is byte w/2 and bit 0 or 4.
            int secondByte = width >> 1, secondShift = (width & 1) * 4;
            for (int g = 0; g < groups; g++)
            {
                Store(ref target, Load(ref source, 0), width, mask);
                Store(ref Unsafe.Add(ref target, 4), Load(ref source, secondByte) >> secondShift, width, mask);
                source = ref Unsafe.Add(ref source, width);
                target = ref Unsafe.Add(ref target, 8);
            }
        }
        else
        {
            for (int g = 0; g < groups; g++)
            {
                for (int i = 0; i < 8; i++)
                    Unsafe.Add(ref target, i) = (int)((Load(ref source, i * width >> 3) >> (i * width & 7)) & mask);
                source = ref Unsafe.Add(ref source, width);
                target = ref Unsafe.Add(ref target, 8);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ref int target, ulong word, int width, ulong mask)
    {
        target = (int)(word & mask);
        Unsafe.Add(ref target, 1) = (int)((word >> width) & mask);
        Unsafe.Add(ref target, 2) = (int)((word >> (2 * width)) & mask);
        Unsafe.Add(ref target, 3) = (int)((word >> (3 * width)) & mask);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Load(ref byte source, int offset)
    {
        ulong word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, offset));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }
}
