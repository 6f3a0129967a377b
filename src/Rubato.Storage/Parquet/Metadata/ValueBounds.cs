using System.Buffers.Binary;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>Smallest and largest value as PLAIN bytes; inexact when cut short (then still a true bound).</summary>
internal sealed record ValueBounds(byte[] Min, byte[] Max)
{
    public bool IsMinExact { get; init; } = true;
    public bool IsMaxExact { get; init; } = true;

    public static ValueBounds OfNumbers(ParquetField field, long min, long max)
    {
        int size = field.Type == ParquetType.Int32 ? 4 : 8;
        Span<byte> room = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(room, min);
        byte[] minBytes = room[..size].ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(room, max);
        return new ValueBounds(minBytes, room[..size].ToArray());
    }

    /// <summary>
    /// Bounds of byte strings, cut to <paramref name="maxBytes"/>. Cuts keep UTF-8 whole: the lower bound ends at a character, the upper one at
    /// an ASCII character that is then raised by one. Null where there is no such place.
    /// </summary>
    public static ValueBounds? OfStrings(ReadOnlySpan<byte> min, ReadOnlySpan<byte> max, int maxBytes)
    {
        int minLength = min.Length;
        if (minLength > maxBytes)
        {
            minLength = maxBytes;
            while (minLength > 0 && (min[minLength] & 0xC0) == 0x80)
                minLength--;
        }

        byte[] upper = max.ToArray();
        if (max.Length > maxBytes)
        {
            int last = max[..maxBytes].LastIndexOfAnyInRange((byte)0, (byte)0x7E);
            if (last < 0)
                return null;
            upper = max[..(last + 1)].ToArray();
            upper[last]++;
        }
        return new ValueBounds(min[..minLength].ToArray(), upper) { IsMinExact = minLength == min.Length, IsMaxExact = max.Length <= maxBytes };
    }

    public static ValueBounds? Merge(ParquetField field, ValueBounds? a, ValueBounds? b)
    {
        if (a is null || b is null)
            return a ?? b;
        bool minIsA = Compare(field, a.Min, b.Min) <= 0, maxIsA = Compare(field, a.Max, b.Max) >= 0;
        return new ValueBounds(minIsA ? a.Min : b.Min, maxIsA ? a.Max : b.Max)
        {
            IsMinExact = minIsA ? a.IsMinExact : b.IsMinExact,
            IsMaxExact = maxIsA ? a.IsMaxExact : b.IsMaxExact,
        };
    }

    public static int Compare(ParquetField field, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => field.Type switch
    {
        ParquetType.Int32 when field.LogicalType == ParquetLogicalType.UInt32
            => BinaryPrimitives.ReadUInt32LittleEndian(a).CompareTo(BinaryPrimitives.ReadUInt32LittleEndian(b)),
        ParquetType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(a).CompareTo(BinaryPrimitives.ReadInt32LittleEndian(b)),
        ParquetType.Int64 when field.LogicalType == ParquetLogicalType.UInt64
            => BinaryPrimitives.ReadUInt64LittleEndian(a).CompareTo(BinaryPrimitives.ReadUInt64LittleEndian(b)),
        ParquetType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(a).CompareTo(BinaryPrimitives.ReadInt64LittleEndian(b)),
        ParquetType.Double => BinaryPrimitives.ReadDoubleLittleEndian(a).CompareTo(BinaryPrimitives.ReadDoubleLittleEndian(b)),
        _ => a.SequenceCompareTo(b),
    };
}
