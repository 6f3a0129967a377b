namespace Rubato.Storage.Parquet;

/// <summary>Facts of one row group from the footer.</summary>
internal sealed class ParquetRowGroup
{
    /// <summary>Position of its first row in the file.</summary>
    public required long FirstRow { get; init; }

    public required int RowCount { get; init; }

    /// <summary>By the column's number; never written to.</summary>
    public required ParquetColumnChunk[] Columns { get; init; }
}
