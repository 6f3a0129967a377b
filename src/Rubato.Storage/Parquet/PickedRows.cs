namespace Rubato.Storage.Parquet;

/// <summary>The answer of <see cref="ParquetFileReader.ReadRowsAsync"/>.</summary>
/// <param name="Columns">In the order asked for.</param>
/// <param name="Owners">By repeated group: for each child the place of its row among the rows asked for.</param>
/// <param name="StoredBytes">What the pages and dictionaries take in the file, whether they were read now or known before.</param>
internal sealed record PickedRows(PickedColumn[] Columns, IReadOnlyDictionary<string, List<int>> Owners, long StoredBytes);
