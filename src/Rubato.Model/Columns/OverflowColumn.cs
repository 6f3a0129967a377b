using System.Text;
using Rubato.Model.Otlp;

namespace Rubato.Model.Columns;

/// <summary>Looks keys up in an overflow column, whose entries are lists of OTLP KeyValue messages (KeyValueList bodies).</summary>
public static class OverflowColumn
{
    private static readonly BatchLimits Limits = new();

    /// <summary>
    /// The values of one key, a vector for each type that occurs. A key that stands twice on a row gives its first value of
    /// each type. Each distinct list is parsed once.
    /// </summary>
    public static IReadOnlyList<ColumnVector> Read(StringVector overflow, string key)
    {
        var keyBytes = Encoding.UTF8.GetBytes(key);
        var builders = new SparseColumnBuilder?[5];
        for (var i = 0; i < overflow.Count; i++)
        {
            var row = overflow.IsDense ? i : overflow.Rows[i];
            var list = new WireReader(overflow[i]);
            while (!list.AtEnd && TryNext(ref list, out var k, out var any))
            {
                if (k.SequenceEqual(keyBytes)) Add(builders, row, any);
            }
        }

        var vectors = new List<ColumnVector>();
        foreach (var builder in builders)
        {
            if (builder is not null) vectors.Add(builder.Snapshot(overflow.RowCount));
        }

        return vectors;
    }

    /// <summary>Distinct keys, at most <paramref name="limit"/>.</summary>
    public static IReadOnlyCollection<string> ReadKeys(StringVector overflow, int limit)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        for (var code = 0; code < overflow.Dictionary.Count && keys.Count < limit; code++)
        {
            var list = new WireReader(overflow.Dictionary[code]);
            while (!list.AtEnd && keys.Count < limit && TryNext(ref list, out var k, out _)) keys.Add(Encoding.UTF8.GetString(k));
        }

        return keys;
    }

    /// <summary>Reads the next KeyValue of a list; false at its end or where it is malformed.</summary>
    public static bool TryNext(ref WireReader list, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> anyValue)
    {
        key = default;
        anyValue = default;
        while (!list.AtEnd)
        {
            if (!list.TryReadTag(out var field, out var wireType)) return false;
            if (field != 1 || wireType != 2)
            {
                if (!list.TrySkip(wireType)) return false;
                continue;
            }

            if (!list.TryReadBytes(out var message)) return false;
            var reader = new WireReader(message);
            while (!reader.AtEnd)
            {
                if (!reader.TryReadTag(out field, out wireType)) return false;
                if (wireType != 2)
                {
                    if (!reader.TrySkip(wireType)) return false;
                    continue;
                }

                if (!reader.TryReadBytes(out var value)) return false;
                if (field == 1) key = value;
                else if (field == 2) anyValue = value;
            }

            return true;
        }

        return false;
    }

    private static void Add(SparseColumnBuilder?[] builders, int row, ReadOnlySpan<byte> anyValue)
    {
        var reader = new WireReader(anyValue);
        if (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            switch (field, wireType)
            {
                case (1, 2) when reader.TryReadBytes(out var text):
                    var strings = (StringColumnBuilder)(builders[0] ??= new StringColumnBuilder(ColumnType.String, Limits));
                    if (strings.LastRow != row) strings.Add(row, strings.Dictionary.GetOrAdd(text));
                    return;
                case (2, 0) when reader.TryReadVarint(out var flag):
                    var bools = (BoolColumnBuilder)(builders[1] ??= new BoolColumnBuilder());
                    if (bools.LastRow != row) bools.Add(row, flag != 0);
                    return;
                case (3, 0) when reader.TryReadVarint(out var number):
                    var ints = (Int64ColumnBuilder)(builders[2] ??= new Int64ColumnBuilder());
                    if (ints.LastRow != row) ints.Add(row, (long)number);
                    return;
                case (4, 1) when reader.TryReadFixed64(out var bits):
                    var doubles = (DoubleColumnBuilder)(builders[3] ??= new DoubleColumnBuilder());
                    if (doubles.LastRow != row) doubles.Add(row, BitConverter.UInt64BitsToDouble(bits));
                    return;
            }
        }

        var any = (StringColumnBuilder)(builders[4] ??= new StringColumnBuilder(ColumnType.Any, Limits));
        if (any.LastRow != row) any.Add(row, any.Dictionary.GetOrAdd(anyValue));
    }
}
