using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>What the footer will say about one written chunk. Its indexes already wait as bytes; here are their places.</summary>
internal sealed class ChunkRecord
{
    public long DictionaryOffset { get; set; } = -1;
    public long DataOffset { get; set; } = -1;
    public long StoredBytes { get; set; }
    public long UncompressedBytes { get; set; }
    public int ValueCount { get; set; }
    public int NullCount { get; set; }
    public ParquetCodec Codec { get; set; }
    public ParquetEncoding Encoding { get; set; }
    public bool HasLevels { get; set; }
    public ValueBounds? Bounds { get; set; }

    /// <summary>Into all offset indexes, which are written one after the other before the footer.</summary>
    public (int Start, int Length) OffsetIndex { get; set; }

    /// <summary>Into all column indexes; length 0 for none.</summary>
    public (int Start, int Length) ColumnIndex { get; set; }

    /// <summary>Null: no Bloom filter.</summary>
    public BloomFilterPlace? Filter { get; set; }

    public long FirstOffset => DictionaryOffset >= 0 ? DictionaryOffset : DataOffset;
}
