using System.Buffers.Binary;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>Smallest and largest values of pages and chunks, in the order that Parquet defines for the type.</summary>
internal static class BoundsFinder
{
    /// <summary>Null when there is no value, no order (booleans), or bounds are not wanted for the type.</summary>
    public static ValueBounds? OfPage(in ChunkValues values, int start, int count, int stringBytes)
    {
        if (count == 0)
            return null;
        ParquetField field = values.Field;
        switch (field.Type)
        {
            case ParquetType.Int32 or ParquetType.Int64:
                bool isUnsigned = field.LogicalType is ParquetLogicalType.UInt32 or ParquetLogicalType.UInt64;
                return OfLongs(field, values.Longs.Slice(start, count), isUnsigned);
            case ParquetType.Double:
                return OfDoubles(field, values.Longs.Slice(start, count));
            case ParquetType.FixedLenByteArray when !values.HasCodes:
                return OfFixed(values.Bytes.Slice(start * field.FixedLength, count * field.FixedLength), field.FixedLength);
            case ParquetType.ByteArray when stringBytes > 0 && !values.HasCodes:
                var order = new StringOrder(values.Strings);
                for (int i = start; i < start + count; i++)
                    order.Add(i);
                return order.Bounds(stringBytes);
            default:
                return null;
        }
    }

    /// <summary>Bounds over dictionary entries: every value of the chunk at the price of the distinct ones.</summary>
    public static ValueBounds? OfEntries(ByteStrings strings, ReadOnlySpan<int> entries, int stringBytes)
    {
        if (entries.IsEmpty || stringBytes == 0)
            return null;
        var order = new StringOrder(strings);
        foreach (int entry in entries)
            order.Add(entry);
        return order.Bounds(stringBytes);
    }

    private static ValueBounds OfLongs(ParquetField field, ReadOnlySpan<long> values, bool isUnsigned)
    {
        // Unsigned order is signed order with the top bit turned.
        long flip = !isUnsigned ? 0 : long.MinValue;
        bool isNarrow = isUnsigned && field.Type == ParquetType.Int32;
        long min = long.MaxValue, max = long.MinValue;
        foreach (long value in values)
        {
            long key = (isNarrow ? (uint)value : value) ^ flip;
            min = Math.Min(min, key);
            max = Math.Max(max, key);
        }
        return ValueBounds.OfNumbers(field, min ^ flip, max ^ flip);
    }

    private static ValueBounds? OfDoubles(ParquetField field, ReadOnlySpan<long> bits)
    {
        double min = double.PositiveInfinity, max = double.NegativeInfinity;
        bool any = false;
        foreach (long value in bits)
        {
            double number = BitConverter.Int64BitsToDouble(value);
            if (double.IsNaN(number))
                return null; // A reader that sorts NaN anywhere must not be told that the page ends before it.
            any = true;
            min = Math.Min(min, number);
            max = Math.Max(max, number);
        }
        // parquet.thrift: a zero as minimum is written as -0, as maximum as +0.
        return any ? ValueBounds.OfNumbers(
            field, BitConverter.DoubleToInt64Bits(min == 0 ? -0.0 : min), BitConverter.DoubleToInt64Bits(max == 0 ? 0.0 : max)) : null;
    }

    private static ValueBounds OfFixed(ReadOnlySpan<byte> values, int size)
    {
        int min = 0, max = 0;
        for (int at = size; at < values.Length; at += size)
        {
            if (Compare(values.Slice(at, size), values.Slice(min, size)) < 0)
                min = at;
            else if (Compare(values.Slice(at, size), values.Slice(max, size)) > 0)
                max = at;
        }
        return new ValueBounds(values.Slice(min, size).ToArray(), values.Slice(max, size).ToArray());
    }

    /// <summary>Ids mostly differ in their first eight bytes, which one comparison settles.</summary>
    private static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        if (a.Length >= 8 && b.Length >= 8)
        {
            ulong x = BinaryPrimitives.ReadUInt64BigEndian(a), y = BinaryPrimitives.ReadUInt64BigEndian(b);
            if (x != y)
                return x < y ? -1 : 1;
        }
        return a.SequenceCompareTo(b);
    }

    private ref struct StringOrder(ByteStrings strings)
    {
        private readonly ByteStrings _strings = strings;
        private ReadOnlySpan<byte> _min;
        private ReadOnlySpan<byte> _max;
        private bool _any;

        public void Add(int i)
        {
            ReadOnlySpan<byte> value = _strings[i];
            if (!_any || Compare(value, _min) < 0)
                _min = value;
            if (!_any || Compare(value, _max) > 0)
                _max = value;
            _any = true;
        }

        public readonly ValueBounds? Bounds(int maxBytes) => ValueBounds.OfStrings(_min, _max, maxBytes);
    }
}
