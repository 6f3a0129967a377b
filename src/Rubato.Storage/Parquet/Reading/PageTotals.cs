using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>What several pages hold together, known before memory is taken for it.</summary>
internal struct PageTotals
{
    public long Rows;

    /// <summary>Values, nulls counted.</summary>
    public long Entries;

    public long Present;

    /// <summary>At least the bytes of all texts, or of all values of a fixed length.</summary>
    public long PoolBytes;

    public bool UsesDictionary;

    public void Add(ParquetField field, int rows, int entries, int present, int valueBytes, ParquetEncoding encoding)
    {
        Rows += rows;
        Entries += entries;
        Present += present;
        bool hasPrefixes = field.Type == ParquetType.ByteArray && encoding == ParquetEncoding.Plain;
        PoolBytes += present == 0 ? 0 : valueBytes - (hasPrefixes ? 4L * present : 0);
        UsesDictionary |= encoding is ParquetEncoding.RleDictionary or ParquetEncoding.PlainDictionary;
    }

    public readonly void Check(ParquetField field, int rows)
    {
        if (Rows != rows || Entries > int.MaxValue)
            throw new ParquetFormatException($"its pages hold {Rows} rows, {rows} were expected");
        if (PoolBytes is < 0 or > int.MaxValue)
            throw new ParquetFormatException($"its values take {PoolBytes} bytes, which cannot be");
        if (field.Type == ParquetType.FixedLenByteArray && !UsesDictionary && Present * field.FixedLength > PoolBytes)
            throw new ParquetFormatException($"{Present} values do not fit its pages");
    }
}
