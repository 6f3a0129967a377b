using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>Parses FileMetaData of parquet.thrift from untrusted bytes and checks every place and count against the file.</summary>
internal sealed class FooterReader
{
    private readonly ParquetReaderOptions _options;
    private readonly long _dataEnd; // No page or index may reach into the footer.
    private readonly List<SchemaElement> _elements = [];
    private readonly List<ParquetRowGroup> _rowGroups = [];
    private readonly Dictionary<string, string> _metadata = [];
    private ParquetSchema? _schema;
    private long _announcedRows = -1;

    private FooterReader(ParquetReaderOptions options, long dataEnd) => (_options, _dataEnd) = (options, dataEnd);

    public static ParquetFileMetadata Read(ReadOnlySpan<byte> footer, long dataEnd, ParquetReaderOptions options)
        => new FooterReader(options, dataEnd).Read(footer);

    private ParquetFileMetadata Read(ReadOnlySpan<byte> footer)
    {
        var thrift = new ThriftCompactReader(footer, "footer");
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 2:
                    int elements = thrift.List(ThriftType.Struct);
                    for (int i = 0; i < elements; i++)
                        _elements.Add(SchemaElement.Read(ref thrift));
                    _schema = SchemaElement.ToSchema(_elements);
                    break;
                case 3: _announcedRows = thrift.Int64(); break;
                case 4:
                    int groups = thrift.List(ThriftType.Struct);
                    for (int i = 0; i < groups; i++)
                        ReadRowGroup(ref thrift);
                    break;
                case 5:
                    int pairs = thrift.List(ThriftType.Struct);
                    for (int i = 0; i < pairs; i++)
                        ReadKeyValue(ref thrift);
                    break;
                case 8: throw new ParquetFormatException("The Parquet file is encrypted, which is not supported.");
                default: thrift.Skip(); break;
            }
        }

        if (_schema is null)
            throw thrift.Fail("no schema");
        long rows = _rowGroups.Sum(group => (long)group.RowCount);
        if (rows != _announcedRows)
            throw thrift.Fail($"{_announcedRows} rows announced, {rows} in its row groups");
        return new ParquetFileMetadata(_schema, rows, _rowGroups, _metadata);
    }

    private void ReadKeyValue(ref ThriftCompactReader thrift)
    {
        string? key = null;
        string value = "";
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1: key = thrift.String(); break;
                case 2: value = thrift.String(); break;
                default: thrift.Skip(); break;
            }
        }
        if (key is not null)
            _metadata[key] = value;
    }

    private void ReadRowGroup(ref ThriftCompactReader thrift)
    {
        if (_schema is null)
            throw thrift.Fail("row groups before the schema");
        var columns = new ParquetColumnChunk[_schema.Count];
        bool hasColumns = false;
        long rows = -1;
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1:
                    int count = thrift.List(ThriftType.Struct);
                    if (count != columns.Length)
                        throw thrift.Fail($"a row group of {count} columns where the schema has {columns.Length}");
                    for (int i = 0; i < count; i++)
                        columns[i] = ReadChunk(ref thrift, _schema[i]);
                    hasColumns = true;
                    break;
                case 3: rows = thrift.Int64(); break;
                default: thrift.Skip(); break;
            }
        }

        if (!hasColumns || rows < 0 || rows > _options.MaxRowsPerRowGroup)
            throw thrift.Fail($"a row group of {rows} rows (at most {_options.MaxRowsPerRowGroup} are supported)");
        for (int i = 0; i < columns.Length; i++)
        {
            ParquetField field = _schema[i];
            bool fits = field.IsRepeated ? columns[i].ValueCount >= rows : columns[i].ValueCount == rows;
            if (!fits)
                throw thrift.Fail($"column '{field.Path}' has {columns[i].ValueCount} values in {rows} rows");
        }
        long firstRow = _rowGroups.Count == 0 ? 0 : _rowGroups[^1].FirstRow + _rowGroups[^1].RowCount;
        _rowGroups.Add(new ParquetRowGroup { FirstRow = firstRow, RowCount = (int)rows, Columns = columns });
    }

    /// <summary>The format's own name, which is what people find in other tools.</summary>
    private static string CodecName(ParquetCodec codec) => (int)codec switch
    {
        1 => "SNAPPY",
        2 => "GZIP",
        3 => "LZO",
        4 => "BROTLI",
        5 => "LZ4",
        7 => "LZ4_RAW",
        var number => $"codec {number}",
    };

    private ParquetColumnChunk ReadChunk(ref ThriftCompactReader thrift, ParquetField field)
    {
        var chunk = new ChunkFields();
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1: throw thrift.Fail($"column '{field.Path}' lies in another file");
                case 3: chunk.ReadMetadata(ref thrift, field); break;
                case 4: chunk.OffsetIndexOffset = thrift.Int64(); break;
                case 5: chunk.OffsetIndexLength = thrift.Int32(); break;
                case 6: chunk.ColumnIndexOffset = thrift.Int64(); break;
                case 7: chunk.ColumnIndexLength = thrift.Int32(); break;
                case 8 or 9: throw thrift.Fail($"column '{field.Path}' is encrypted");
                default: thrift.Skip(); break;
            }
        }

        if (chunk.Codec is not (ParquetCodec.Uncompressed or ParquetCodec.Zstd))
            throw new ParquetFormatException($"Parquet column '{field.Path}': compression {CodecName(chunk.Codec)} is not supported (only ZSTD and none).") { Column = field.Path };
        long start = chunk.DictionaryOffset > 0 ? Math.Min(chunk.DictionaryOffset, chunk.DataOffset) : chunk.DataOffset;
        if (start < 4 || chunk.StoredBytes < 0 || chunk.StoredBytes > int.MaxValue || start > _dataEnd - chunk.StoredBytes
            || chunk.DataOffset > start + chunk.StoredBytes)
            throw thrift.Fail($"column '{field.Path}' claims bytes {start} to {start + chunk.StoredBytes} of {_dataEnd}");
        if (chunk.ValueCount < 0 || chunk.ValueCount > _options.MaxValuesPerChunk || chunk.NullCount > chunk.ValueCount || chunk.NullCount < 0)
            throw thrift.Fail($"column '{field.Path}' claims {chunk.ValueCount} values, {chunk.NullCount} of them null");
        CheckHelp(thrift, field, "an offset index", chunk.OffsetIndexOffset, chunk.OffsetIndexLength);
        CheckHelp(thrift, field, "a column index", chunk.ColumnIndexOffset, chunk.ColumnIndexLength);
        // A filter of unknown length (older writers) is left alone: it is a help, not data.
        CheckHelp(thrift, field, "a Bloom filter", chunk.FilterOffset, chunk.FilterLength);

        return new ParquetColumnChunk
        {
            Offset = start,
            Length = (int)chunk.StoredBytes,
            UnpackedLength = Math.Clamp(chunk.UnpackedBytes, 0, int.MaxValue),
            ValueCount = (int)chunk.ValueCount,
            NullCount = (int?)chunk.NullCount,
            HasDictionary = chunk.DictionaryOffset > 0,
            DataOffset = chunk.DataOffset,
            Codec = chunk.Codec,
            OffsetIndexOffset = chunk.OffsetIndexOffset,
            OffsetIndexLength = chunk.OffsetIndexLength,
            ColumnIndexOffset = chunk.ColumnIndexOffset,
            ColumnIndexLength = chunk.ColumnIndexLength,
            FilterOffset = chunk.FilterOffset,
            FilterLength = chunk.FilterLength,
        };
    }

    private void CheckHelp(in ThriftCompactReader thrift, ParquetField field, string what, long offset, int length)
    {
        if (length != 0 && (length < 0 || offset < 4 || offset > _dataEnd - length))
            throw thrift.Fail($"column '{field.Path}' claims {what} of {length} bytes at {offset}");
    }
}
