using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Writing;

namespace Rubato.Storage.Blocks;

/// <summary>How blocks are cut; the defaults are those of design.md section 3.</summary>
public sealed record BlockWriterOptions
{
    public static BlockWriterOptions Default { get; } = new();

    /// <summary>
    /// For blocks that are written once more and then stay: bytes count more than the time of the write. Of a block of the load's shape level 7 saves 1.8 bytes a span
    /// (3 %) for less than a microsecond each; level 12 would save 0.3 more for nearly two. Pages of twice the rows save 0.4, and in row groups of this size the filters
    /// of values that every span has, which must be a power of two, are half of what they would be in somewhat larger ones (docs/internals/block-bytes.md).
    /// </summary>
    public static BlockWriterOptions Compacted { get; } = new() { StrongZstdLevel = 7, RowGroupSpans = 192 * 1024, PageRows = 16 * 1024 };

    /// <summary>
    /// Spans of a row group, about: groups are made equally large and never split a trace. 128k to 512k is sensible: larger
    /// groups cost memory while writing, smaller ones repeat dictionaries and footer entries.
    /// </summary>
    public int RowGroupSpans { get; init; } = 256 * 1024;

    /// <summary>
    /// A row group also ends at the next trace once its long values (over 2 KB) come to this many bytes: column chunks are
    /// addressed with 32 bits, and a chunk is in memory whole while it is written.
    /// </summary>
    public long RowGroupLongValueBytes { get; init; } = 256L << 20;

    /// <summary>Attribute columns of each owner (resource, scope, span, event, link); the rarest keys beyond go to its overflow column.</summary>
    public int MaxAttributeColumns { get; init; } = 512;

    /// <summary>Rows between two places where pages may be cut. More pack better; a look-up of a trace unpacks as many of each column.</summary>
    public int PageRows { get; init; } = 8192;

    /// <summary>zstd level of data pages. Level 3 gained under 0.5 % and halved the speed (research/storage-experiment.md).</summary>
    public int ZstdLevel { get; init; } = 1;

    /// <summary>zstd level of the columns that it makes smaller (urls, statements, codes; docs/internals/block-bytes.md); 0 for none.</summary>
    public int StrongZstdLevel { get; init; }

    internal ParquetWriterOptions ToParquet() => new()
    {
        ZstdLevel = ZstdLevel,
        PageRows = PageRows,
        Efforts = StrongZstdLevel == 0 ? [ZstdEffort.Near] : [ZstdEffort.Near, ZstdEffort.Long(StrongZstdLevel), ZstdEffort.Strong(StrongZstdLevel)],
    };
}
