namespace Rubato.Storage.Parquet;

/// <summary>
/// Reads files of our subset. Immutable after open: any thread may read any column at any time. The synchronous methods need a
/// source that <see cref="IRandomAccessSource.CanReadSynchronously"/>; the asynchronous ones take every source, and complete
/// synchronously over a local one. The source belongs to the caller and must outlive the reader.
/// </summary>
internal sealed class ParquetFileReader
{
    private ParquetFileReader(ParquetSchema schema) => Schema = schema;

    public ParquetSchema Schema { get; }

    public long RowCount => throw new NotImplementedException();

    public IReadOnlyList<ParquetRowGroup> RowGroups => throw new NotImplementedException();

    public IReadOnlyDictionary<string, string> Metadata => throw new NotImplementedException();

    public static ValueTask<ParquetFileReader> OpenAsync(IRandomAccessSource source, ParquetReaderOptions? options = null, CancellationToken cancellationToken = default)
        => throw new NotImplementedException();

    public static ParquetFileReader Open(IRandomAccessSource source, ParquetReaderOptions? options = null) => throw new NotImplementedException();

    /// <summary>All values of a column in a row group. For a field of a repeated group, rows are child rows.</summary>
    public ParquetColumnVector ReadColumn(int rowGroup, int column) => throw new NotImplementedException();

    public ValueTask<ParquetColumnVector> ReadColumnAsync(int rowGroup, int column, CancellationToken cancellationToken)
        => throw new NotImplementedException();

    /// <summary>
    /// The values of a few rows; only their pages are read and decoded. Positions count from <paramref name="firstRow"/>; for a
    /// repeated field they are positions among the children of those rows. A dictionary had from before saves reading it again.
    /// </summary>
    public ParquetColumnVector ReadColumnRows(int rowGroup, int column, int firstRow, int rowCount, ParquetDictionary? dictionary = null)
        => throw new NotImplementedException();

    public ValueTask<ParquetColumnVector> ReadColumnRowsAsync(
        int rowGroup, int column, int firstRow, int rowCount, ParquetDictionary? dictionary, CancellationToken cancellationToken)
        => throw new NotImplementedException();

    /// <summary>How many children each row has in the group that <paramref name="column"/> belongs to.</summary>
    public int[] ReadChildCounts(int rowGroup, int column) => throw new NotImplementedException();

    public ValueTask<int[]> ReadChildCountsAsync(int rowGroup, int column, CancellationToken cancellationToken) => throw new NotImplementedException();

    public int[] ReadChildCountsRows(int rowGroup, int column, int firstRow, int rowCount) => throw new NotImplementedException();

    public ValueTask<int[]> ReadChildCountsRowsAsync(int rowGroup, int column, int firstRow, int rowCount, CancellationToken cancellationToken)
        => throw new NotImplementedException();

    /// <summary>The dictionary of a chunk, or null when its values are plain: evaluate a predicate here before touching data pages.</summary>
    public ParquetDictionary? ReadDictionaryOnly(int rowGroup, int column) => throw new NotImplementedException();

    public ValueTask<ParquetDictionary?> ReadDictionaryOnlyAsync(int rowGroup, int column, CancellationToken cancellationToken)
        => throw new NotImplementedException();
}
