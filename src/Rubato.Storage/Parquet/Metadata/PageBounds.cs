using System.Buffers.Binary;
using Rubato.Model.Scanning;
using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>ColumnIndex of parquet.thrift, checked, for a column of numbers: smallest and largest value of each page, and pages of nulls.</summary>
internal sealed class PageBounds
{
    private const int ObjectBytes = 100;

    private readonly long[] _min; // Doubles as their bits.
    private readonly long[] _max;
    private readonly bool[] _isNull;
    private readonly bool _isDouble;

    private PageBounds(long[] min, long[] max, bool[] isNull, bool isDouble) => (_min, _max, _isNull, _isDouble) = (min, max, isNull, isDouble);

    public int Count => _min.Length;

    public long SizeBytes => (17L * Count) + ObjectBytes;

    /// <summary>Signed integers and doubles: numbers that queries compare in the order in which the file has them.</summary>
    public static bool AreFor(ParquetField field) =>
        !field.IsRepeated && field.Type is ParquetType.Int64 or ParquetType.Int32 or ParquetType.Double
        && field.LogicalType is ParquetLogicalType.None or ParquetLogicalType.TimestampNanosUtc;

    public bool MayHold(int page, IRangeTest test)
    {
        if (_isNull[page])
            return false;
        return _isDouble
            ? test.MayHold(BitConverter.Int64BitsToDouble(_min[page]), BitConverter.Int64BitsToDouble(_max[page]))
            : test.MayHold(_min[page], _max[page]);
    }

    public static PageBounds Read(ReadOnlySpan<byte> source, ParquetField field)
    {
        var thrift = new ThriftCompactReader(source, "column index");
        bool[] isNull = [];
        long[] min = [], max = [];
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1:
                    isNull = new bool[thrift.List(ThriftType.True)];
                    for (int i = 0; i < isNull.Length; i++)
                        isNull[i] = thrift.BoolElement();
                    break;
                case 2: min = Values(ref thrift, field, isNull); break;
                case 3: max = Values(ref thrift, field, isNull); break;
                default: thrift.Skip(); break;
            }
        }

        if (isNull.Length == 0 || min.Length != isNull.Length || max.Length != isNull.Length)
            throw thrift.Fail($"{isNull.Length} pages with {min.Length} smallest and {max.Length} largest values");
        bool isDouble = field.Type == ParquetType.Double;
        for (int i = 0; i < min.Length; i++)
        {
            bool ascend = isDouble ? BitConverter.Int64BitsToDouble(min[i]) <= BitConverter.Int64BitsToDouble(max[i]) : min[i] <= max[i];
            if (!ascend && !isNull[i])
                throw thrift.Fail($"page {i} has a smallest value above its largest");
        }
        return new PageBounds(min, max, isNull, isDouble);
    }

    private static long[] Values(ref ThriftCompactReader thrift, ParquetField field, bool[] isNull)
    {
        int count = thrift.List(ThriftType.Binary);
        if (count != isNull.Length)
            throw thrift.Fail($"{count} bounds for {isNull.Length} pages");
        int size = field.Type == ParquetType.Int32 ? sizeof(int) : sizeof(long);
        var values = new long[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> value = thrift.BinaryElement();
            if (isNull[i])
                continue;
            if (value.Length != size)
                throw thrift.Fail($"a bound of {value.Length} bytes");
            values[i] = size == sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(value) : BinaryPrimitives.ReadInt64LittleEndian(value);
        }
        return values;
    }
}
