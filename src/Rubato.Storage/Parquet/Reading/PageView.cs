using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>One data page with its values unpacked, wherever its bytes lie: in a cached page, or in a stretch of a chunk just read.</summary>
internal readonly ref struct PageView
{
    public ReadOnlySpan<byte> Repetition { get; init; }

    public ReadOnlySpan<byte> Definition { get; init; }

    public ReadOnlySpan<byte> Values { get; init; }

    public int RowCount { get; init; }

    /// <summary>Values, nulls counted.</summary>
    public int ValueCount { get; init; }

    /// <summary>Values that are not null.</summary>
    public int Present { get; init; }

    public ParquetEncoding Encoding { get; init; }
}
