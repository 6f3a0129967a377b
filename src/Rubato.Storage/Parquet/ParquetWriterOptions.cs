using Rubato.Storage.Parquet.Writing;

namespace Rubato.Storage.Parquet;

internal sealed record ParquetWriterOptions
{
    /// <summary>
    /// Pages are cut at multiples of this many rows, in every column alike. A sparse column leaves cuts out
    /// (see <see cref="MinPageValues"/>) but never cuts elsewhere.
    /// </summary>
    public int PageRows { get; init; } = 8192;

    /// <summary>
    /// A page gets at least about this many values before the next cut is used. 500 rare columns with 16 pages each
    /// would otherwise cost 4 bytes a span in page headers and indexes alone.
    /// </summary>
    public int MinPageValues { get; init; } = 1024;

    /// <summary>zstd level; level 3 gained under 0.5 % over 1 and halved the speed. 0 writes everything uncompressed.</summary>
    public int ZstdLevel { get; init; } = 1;

    /// <summary>Other ways to pack, for the chunks that get smaller by them, cheap ones first.</summary>
    public IReadOnlyList<ZstdEffort> Efforts { get; init; } = [];

    /// <summary>A page stays uncompressed unless zstd makes it smaller than this share of its size.</summary>
    public double MaxCompressedShare { get; init; } = 0.85;

    /// <summary>A dictionary is used only when the distinct values are at most this share of the values present.</summary>
    public double MaxDictionaryShare { get; init; } = 0.5;

    /// <summary>Larger dictionaries are not written: finding one trace would read all of it to decode one row.</summary>
    public int MaxDictionaryBytes { get; init; } = 1 << 20;

    /// <summary>
    /// Bytes of a BYTE_ARRAY kept as page bounds in the column index; 0 writes none. Off because spans lie in trace order,
    /// so nearly every page spans the whole alphabet, and the bounds would cost about 1 byte a span.
    /// </summary>
    public int ByteArrayPageBoundBytes { get; init; }

    /// <summary>Bytes of a BYTE_ARRAY kept as bounds in the chunk statistics.</summary>
    public int ByteArrayChunkBoundBytes { get; init; } = 32;

    /// <summary>Forces (true) or forbids strings with all lengths in front; null: what is smaller. For tests.</summary>
    public bool? LengthsInFront { get; init; }

    /// <summary>Forces (true) or forbids dictionary codes of 8, 16 or 32 bits; null: what is smaller. For tests.</summary>
    public bool? WholeByteCodes { get; init; }

    /// <summary>Goes into the footer; tools read it as "name version x.y.z".</summary>
    public string CreatedBy { get; init; } = "rubato version 0.1.0";

    public static ParquetWriterOptions Default { get; } = new();
}
