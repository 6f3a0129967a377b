using ParquetSharp;
using Rubato.Storage.Parquet;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>Reads a file with Arrow's C++ reader, checksums verified, and compares every column with the plain table, level by level.</summary>
internal static class ParquetSharpOracle
{
    public static void AssertReads(string path, TestTable table)
    {
        using var properties = ReaderProperties.GetDefaultReaderProperties();
        properties.EnablePageChecksumVerification();
        using var reader = new ParquetSharp.ParquetFileReader(path, properties);
        Assert.Equal(table.RowGroups.Count, reader.FileMetaData.NumRowGroups);
        Assert.Equal("ünïcode", reader.FileMetaData.KeyValueMetadata["rubato.test"]);
        for (int g = 0; g < table.RowGroups.Count; g++)
        {
            TestTable.RowGroup group = table.RowGroups[g];
            using RowGroupReader rows = reader.RowGroup(g);
            for (int c = 0; c < table.Schema.Count; c++)
            {
                ParquetField field = table.Schema[c];
                int[] counts = field.Group is { } name ? group.ChildCounts[name] : [];
                using ColumnReader column = rows.Column(c);
                AssertColumn(field, group, counts, group.Columns[c], column);
                CheckStatistics(field, group.Columns[c], counts, rows.MetaData.GetColumnChunkMetaData(c));
            }
        }
    }

    private static void AssertColumn(ParquetField field, TestTable.RowGroup group, int[] counts, object?[] values, ColumnReader column)
    {
        (short[] definition, short[] repetition) = Levels(field, group.RowCount, counts, values);
        object[] present = [.. values.Where(value => value is not null)!];
        switch (column)
        {
            case ColumnReader<bool> r: Compare(r, definition, repetition, present, v => v); break;
            case ColumnReader<int> r: Compare(r, definition, repetition, present, v => (long)v); break;
            case ColumnReader<long> r: Compare(r, definition, repetition, present, v => v); break;
            case ColumnReader<double> r: Compare(r, definition, repetition, present, v => v); break;
            case ColumnReader<ByteArray> r: Compare(r, definition, repetition, present, v => Bytes(v.Pointer, v.Length)); break;
            case ColumnReader<FixedLenByteArray> r: Compare(r, definition, repetition, present, v => Bytes(v.Pointer, field.FixedLength)); break;
            default: Assert.Fail($"{field.Path}: {column.GetType()}"); break;
        }
    }

    private static void Compare<T>(ColumnReader<T> reader, short[] definition, short[] repetition, object[] expected, Func<T, object> convert)
        where T : unmanaged
    {
        var def = new short[definition.Length];
        var rep = new short[definition.Length];
        var values = new T[definition.Length];
        int levels = 0, found = 0;
        while (reader.HasNext)
        {
            long read = reader.ReadBatch(def.Length - levels, def.AsSpan(levels), rep.AsSpan(levels), values.AsSpan(), out long valuesRead);
            // Pointers die with the next batch, so values are compared at once.
            for (int i = 0; i < valuesRead; i++, found++)
                Assert.Equal(expected[found], convert(values[i]));
            levels += (int)read;
        }
        Assert.Equal(definition.Length, levels);
        Assert.Equal(expected.Length, found);
        Assert.Equal(definition, def);
        Assert.Equal(repetition, rep);
    }

    private static (short[] Definition, short[] Repetition) Levels(ParquetField field, int rowCount, int[] counts, object?[] values)
    {
        var definition = new List<short>();
        var repetition = new List<short>();
        int child = 0;
        for (int row = 0; row < rowCount; row++)
        {
            int count = field.IsRepeated ? counts[row] : 1;
            if (count == 0)
            {
                definition.Add(0);
                repetition.Add(0);
            }
            for (int i = 0; i < count; i++, child++)
            {
                bool isNull = values[child] is null;
                definition.Add((short)(field.MaxDefinitionLevel - (isNull ? 1 : 0)));
                repetition.Add((short)(i == 0 ? 0 : 1));
            }
        }
        return ([.. definition], [.. repetition]);
    }

    private static void CheckStatistics(ParquetField field, object?[] values, int[] counts, ColumnChunkMetaData chunk)
    {
        Assert.Equal(values.Count(value => value is null) + counts.Count(count => count == 0), chunk.Statistics!.NullCount);
        if (chunk.Statistics is Statistics<long> { HasMinMax: true } longs && field.LogicalType == ParquetLogicalType.None)
        {
            Assert.Equal(values.Min(value => (long?)value), longs.Min);
            Assert.Equal(values.Max(value => (long?)value), longs.Max);
        }
    }

    private static byte[] Bytes(IntPtr pointer, int length)
    {
        var bytes = new byte[length];
        if (length > 0)
            System.Runtime.InteropServices.Marshal.Copy(pointer, bytes, 0, length);
        return bytes;
    }
}
