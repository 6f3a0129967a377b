using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>FileMetaData of parquet.thrift. Field numbers are from there.</summary>
internal static class FooterWriter
{
    private const int FormatVersion = 2;

    internal readonly record struct RowGroupRecord(int RowCount, ChunkRecord[] Chunks);

    public static void Write(
        ParquetSchema schema, IReadOnlyList<RowGroupRecord> rowGroups, IReadOnlyList<KeyValuePair<string, string>> metadata, string createdBy,
        long columnIndexesAt, long offsetIndexesAt, PageBuffer output)
    {
        var thrift = new ThriftCompactWriter(output);
        thrift.BeginElement();
        thrift.Int32(1, FormatVersion);
        WriteSchema(ref thrift, schema);
        thrift.Int64(3, rowGroups.Sum(group => (long)group.RowCount));
        thrift.List(4, ThriftType.Struct, rowGroups.Count);
        for (int i = 0; i < rowGroups.Count; i++)
            WriteRowGroup(ref thrift, schema, rowGroups[i], columnIndexesAt, offsetIndexesAt);
        if (metadata.Count > 0)
        {
            thrift.List(5, ThriftType.Struct, metadata.Count);
            foreach ((string key, string value) in metadata)
            {
                thrift.BeginElement();
                thrift.String(1, key);
                thrift.String(2, value);
                thrift.EndStruct();
            }
        }
        thrift.String(6, createdBy);
        thrift.List(7, ThriftType.Struct, schema.Count); // Without these orders, readers ignore min and max.
        for (int i = 0; i < schema.Count; i++)
        {
            thrift.BeginElement();
            thrift.EmptyStruct(1);
            thrift.EndStruct();
        }
        thrift.EndStruct();
    }

    private static void WriteSchema(ref ThriftCompactWriter thrift, ParquetSchema schema)
    {
        var groups = schema.Fields.Where(field => field.Group is not null).GroupBy(field => field.Group!).ToDictionary(g => g.Key, g => g.Count());
        int topLevel = schema.Fields.Count(field => field.Group is null) + groups.Count;
        thrift.List(2, ThriftType.Struct, 1 + schema.Count + groups.Count);
        thrift.BeginElement();
        thrift.String(4, "schema");
        thrift.Int32(5, topLevel);
        thrift.EndStruct();

        string? open = null;
        foreach (ParquetField field in schema.Fields)
        {
            if (field.Group is { } group && group != open)
            {
                thrift.BeginElement();
                thrift.Int32(3, (int)Repetition.Repeated);
                thrift.String(4, group);
                thrift.Int32(5, groups[group]);
                thrift.EndStruct();
            }
            open = field.Group;
            WriteField(ref thrift, field);
        }
    }

    private static void WriteField(ref ThriftCompactWriter thrift, ParquetField field)
    {
        thrift.BeginElement();
        thrift.Int32(1, (int)field.Type);
        if (field.FixedLength > 0)
            thrift.Int32(2, field.FixedLength);
        thrift.Int32(3, (int)(field.IsRequired ? Repetition.Required : Repetition.Optional));
        thrift.String(4, field.Name);
        switch (field.LogicalType)
        {
            case ParquetLogicalType.String:
                thrift.Int32(6, ConvertedType.Utf8);
                thrift.BeginStruct(10);
                thrift.EmptyStruct(1);
                thrift.EndStruct();
                break;
            case ParquetLogicalType.TimestampNanosUtc: // The old annotation knows no nanoseconds.
                thrift.BeginStruct(10);
                thrift.BeginStruct(8);
                thrift.Bool(1, true);
                thrift.BeginStruct(2);
                thrift.EmptyStruct(3);
                thrift.EndStruct();
                thrift.EndStruct();
                thrift.EndStruct();
                break;
            case ParquetLogicalType.UInt32 or ParquetLogicalType.UInt64:
                bool isWide = field.LogicalType == ParquetLogicalType.UInt64;
                thrift.Int32(6, isWide ? ConvertedType.UInt64 : ConvertedType.UInt32);
                thrift.BeginStruct(10);
                thrift.BeginStruct(10);
                thrift.SignedByte(1, (sbyte)(isWide ? 64 : 32));
                thrift.Bool(2, false);
                thrift.EndStruct();
                thrift.EndStruct();
                break;
        }
        thrift.EndStruct();
    }

    private static void WriteRowGroup(
        ref ThriftCompactWriter thrift, ParquetSchema schema, RowGroupRecord group, long columnIndexesAt, long offsetIndexesAt)
    {
        thrift.BeginElement();
        thrift.List(1, ThriftType.Struct, group.Chunks.Length);
        for (int i = 0; i < group.Chunks.Length; i++)
            WriteChunk(ref thrift, schema[i], group.Chunks[i], columnIndexesAt, offsetIndexesAt);
        thrift.Int64(2, group.Chunks.Sum(chunk => chunk.UncompressedBytes));
        thrift.Int64(3, group.RowCount);
        thrift.Int64(5, group.Chunks[0].FirstOffset);
        thrift.Int64(6, group.Chunks.Sum(chunk => chunk.StoredBytes));
        thrift.EndStruct();
    }

    private static void WriteChunk(ref ThriftCompactWriter thrift, ParquetField field, ChunkRecord chunk, long columnIndexesAt, long offsetIndexesAt)
    {
        thrift.BeginElement();
        thrift.Int64(2, 0); // file_offset: deprecated, zero is what the format asks for.
        thrift.BeginStruct(3);
        thrift.Int32(1, (int)field.Type);
        bool hasDictionary = chunk.DictionaryOffset >= 0;
        thrift.List(2, ThriftType.Int32, 1 + (hasDictionary ? 1 : 0) + (chunk.HasLevels ? 1 : 0));
        thrift.Element((long)chunk.Encoding);
        if (hasDictionary)
            thrift.Element((long)ParquetEncoding.Plain);
        if (chunk.HasLevels)
            thrift.Element((long)ParquetEncoding.Rle);
        thrift.List(3, ThriftType.Binary, field.Group is null ? 1 : 2);
        if (field.Group is { } group)
            thrift.Element(group);
        thrift.Element(field.Name);
        thrift.Int32(4, (int)chunk.Codec);
        thrift.Int64(5, chunk.ValueCount);
        thrift.Int64(6, chunk.UncompressedBytes);
        thrift.Int64(7, chunk.StoredBytes);
        thrift.Int64(9, chunk.DataOffset);
        if (hasDictionary)
            thrift.Int64(11, chunk.DictionaryOffset);
        WriteStatistics(ref thrift, chunk);
        if (chunk.Filter is { } filter)
        {
            thrift.Int64(14, filter.Offset);
            thrift.Int32(15, filter.Length);
        }
        thrift.EndStruct();
        thrift.Int64(4, offsetIndexesAt + chunk.OffsetIndex.Start);
        thrift.Int32(5, chunk.OffsetIndex.Length);
        if (chunk.ColumnIndex.Length > 0)
        {
            thrift.Int64(6, columnIndexesAt + chunk.ColumnIndex.Start);
            thrift.Int32(7, chunk.ColumnIndex.Length);
        }
        thrift.EndStruct();
    }

    private static void WriteStatistics(ref ThriftCompactWriter thrift, ChunkRecord chunk)
    {
        thrift.BeginStruct(12);
        thrift.Int64(3, chunk.NullCount);
        if (chunk.Bounds is { } bounds)
        {
            thrift.Binary(5, bounds.Max);
            thrift.Binary(6, bounds.Min);
            if (!bounds.IsMaxExact)
                thrift.Bool(7, false);
            if (!bounds.IsMinExact)
                thrift.Bool(8, false);
        }
        thrift.EndStruct();
    }
}
