namespace Rubato.Storage.Parquet.Metadata;

/// <summary>A footer, checked.</summary>
internal sealed record ParquetFileMetadata(
    ParquetSchema Schema, long RowCount, IReadOnlyList<ParquetRowGroup> RowGroups, IReadOnlyDictionary<string, string> KeyValues);
