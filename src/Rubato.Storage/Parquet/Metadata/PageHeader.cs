using Rubato.Storage.Parquet.Encodings;
using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>A dictionary page or a data page v2, as parquet.thrift's PageHeader. Sizes are those of the body that follows.</summary>
internal struct PageHeader
{
    private const int DictionaryPage = 2;
    private const int DataPageV2 = 3;

    public bool IsDictionary;
    public int UncompressedSize;
    public int StoredSize;
    public uint? Crc;
    public int ValueCount;
    public int NullCount;
    public int RowCount;
    public ParquetEncoding Encoding;
    public int DefinitionBytes;
    public int RepetitionBytes;
    public bool IsCompressed;

    public readonly void Write(PageBuffer output)
    {
        var thrift = new ThriftCompactWriter(output);
        thrift.BeginElement();
        thrift.Int32(1, IsDictionary ? DictionaryPage : DataPageV2);
        thrift.Int32(2, UncompressedSize);
        thrift.Int32(3, StoredSize);
        if (Crc is { } crc)
            thrift.Int32(4, unchecked((int)crc));
        thrift.BeginStruct((short)(IsDictionary ? 7 : 8));
        thrift.Int32(1, ValueCount);
        if (IsDictionary)
        {
            thrift.Int32(2, (int)Encoding);
        }
        else
        {
            thrift.Int32(2, NullCount);
            thrift.Int32(3, RowCount);
            thrift.Int32(4, (int)Encoding);
            thrift.Int32(5, DefinitionBytes);
            thrift.Int32(6, RepetitionBytes);
            thrift.Bool(7, IsCompressed);
        }
        thrift.EndStruct();
        thrift.EndStruct();
    }

    /// <summary>Reads the header at the start of <paramref name="source"/>; <paramref name="bytes"/> is its own length.</summary>
    public static PageHeader Read(ReadOnlySpan<byte> source, out int bytes)
    {
        var thrift = new ThriftCompactReader(source, "page header");
        var header = new PageHeader { UncompressedSize = -1, StoredSize = -1, ValueCount = -1, RowCount = -1, NullCount = -1, IsCompressed = true };
        int type = -1;
        bool hasBody = false;
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1: type = thrift.Int32(); break;
                case 2: header.UncompressedSize = thrift.Int32(); break;
                case 3: header.StoredSize = thrift.Int32(); break;
                case 4: header.Crc = unchecked((uint)thrift.Int32()); break;
                case 7 when type == DictionaryPage && thrift.Type == ThriftType.Struct:
                    ReadDictionary(ref thrift, ref header);
                    hasBody = true;
                    break;
                case 8 when type == DataPageV2 && thrift.Type == ThriftType.Struct:
                    ReadData(ref thrift, ref header);
                    hasBody = true;
                    break;
                default: thrift.Skip(); break;
            }
        }

        bytes = thrift.Consumed;
        header.IsDictionary = type == DictionaryPage;
        if (type == 0)
            throw new ParquetFormatException("a data page of version 1; only version 2 is supported");
        if (type is not (DictionaryPage or DataPageV2))
            throw new ParquetFormatException($"page type {type}; only dictionary pages and data pages v2 are supported");
        if (!hasBody || header.UncompressedSize < 0 || header.StoredSize < 0 || header.ValueCount < 0)
            throw new ParquetFormatException("page header without sizes or counts");
        if (!header.IsDictionary)
            header.CheckData();
        return header;
    }

    private static void ReadDictionary(ref ThriftCompactReader thrift, ref PageHeader header)
    {
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1: header.ValueCount = thrift.Int32(); break;
                case 2: header.Encoding = (ParquetEncoding)thrift.Int32(); break;
                default: thrift.Skip(); break;
            }
        }
    }

    private static void ReadData(ref ThriftCompactReader thrift, ref PageHeader header)
    {
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1: header.ValueCount = thrift.Int32(); break;
                case 2: header.NullCount = thrift.Int32(); break;
                case 3: header.RowCount = thrift.Int32(); break;
                case 4: header.Encoding = (ParquetEncoding)thrift.Int32(); break;
                case 5: header.DefinitionBytes = thrift.Int32(); break;
                case 6: header.RepetitionBytes = thrift.Int32(); break;
                case 7: header.IsCompressed = thrift.Bool(); break;
                default: thrift.Skip(); break;
            }
        }
    }

    private readonly void CheckData()
    {
        if (RowCount < 0 || RowCount > ValueCount || NullCount < 0 || NullCount > ValueCount)
            throw new ParquetFormatException($"a page of {ValueCount} values with {RowCount} rows and {NullCount} nulls");
        long levels = (long)DefinitionBytes + RepetitionBytes;
        if (DefinitionBytes < 0 || RepetitionBytes < 0 || levels > StoredSize || levels > UncompressedSize)
            throw new ParquetFormatException($"levels of {DefinitionBytes} and {RepetitionBytes} bytes in a page of {StoredSize}");
    }
}
