using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>The fields of ColumnChunk and ColumnMetaData as they stand in the footer, not yet checked.</summary>
internal struct ChunkFields()
{
    public long DataOffset = -1;
    public long DictionaryOffset = -1;
    public long StoredBytes = -1;
    public long UnpackedBytes;
    public long ValueCount = -1;
    public long? NullCount;
    public ParquetCodec Codec;
    public long OffsetIndexOffset;
    public int OffsetIndexLength;
    public long ColumnIndexOffset;
    public int ColumnIndexLength;
    public long FilterOffset;
    public int FilterLength;

    public void ReadMetadata(ref ThriftCompactReader thrift, ParquetField field)
    {
        if (thrift.Type != ThriftType.Struct)
            throw thrift.Fail("no column metadata");
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1:
                    int type = thrift.Int32();
                    if (type != (int)field.Type)
                        throw thrift.Fail($"column '{field.Path}' has type {type} here and {field.Type} in the schema");
                    break;
                case 3: CheckPath(ref thrift, field); break;
                case 4: Codec = (ParquetCodec)thrift.Int32(); break;
                case 5: ValueCount = thrift.Int64(); break;
                case 6: UnpackedBytes = thrift.Int64(); break;
                case 7: StoredBytes = thrift.Int64(); break;
                case 9: DataOffset = thrift.Int64(); break;
                case 11: DictionaryOffset = thrift.Int64(); break;
                case 12 when thrift.Type == ThriftType.Struct: ReadStatistics(ref thrift); break;
                case 14: FilterOffset = thrift.Int64(); break;
                case 15: FilterLength = thrift.Int32(); break;
                default: thrift.Skip(); break;
            }
        }
    }

    private static void CheckPath(ref ThriftCompactReader thrift, ParquetField field)
    {
        int parts = thrift.List(ThriftType.Binary);
        int expected = field.Group is null ? 1 : 2;
        for (int i = 0; i < parts; i++)
        {
            string part = thrift.StringElement();
            if (parts != expected || part != (i == parts - 1 ? field.Name : field.Group))
                throw thrift.Fail($"a chunk for '{part}' stands where the schema has '{field.Path}'");
        }
    }

    private void ReadStatistics(ref ThriftCompactReader thrift)
    {
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 3: NullCount = thrift.Int64(); break;
                default: thrift.Skip(); break;
            }
        }
    }
}
