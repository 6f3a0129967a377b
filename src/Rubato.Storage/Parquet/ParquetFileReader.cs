using Rubato.Model.Scanning;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Reading;

namespace Rubato.Storage.Parquet;

/// <summary>
/// Reads files of our subset. Immutable after open: any thread may read any column at any time. The synchronous methods need a
/// source that <see cref="IRandomAccessSource.CanReadSynchronously"/>; the asynchronous ones take every source, and complete
/// synchronously over a local one. The source belongs to the caller and must outlive the reader.
/// </summary>
internal sealed partial class ParquetFileReader
{
    private readonly IRandomAccessSource _source;
    private readonly ParquetReaderOptions _options;
    private ParquetFileMetadata _file;

    private ParquetFileReader(IRandomAccessSource source, ParquetReaderOptions options, ParquetFileMetadata file)
    {
        (_source, _options, _file) = (source, options, file);
        _places = new PagePlaces?[]?[file.RowGroups.Count];
        _columnIndexChecksums = ColumnIndexSeal.Read(file.KeyValues, file.RowGroups.Count);
    }

    /// <summary>For a cache's budget: facts of chunks and, once they are asked for, places of 32 pages each.</summary>
    public long MemoryBytes => 4096L + (RowGroups.Count * (long)Schema.Count * (72 + 200));

    /// <summary>Takes an equal schema in place of its own, which another object holds anyway, and lets go of the footer's texts.</summary>
    public void Share(ParquetSchema schema) => _file = _file with { Schema = schema, KeyValues = new Dictionary<string, string>() };

    public ParquetSchema Schema => _file.Schema;

    public long RowCount => _file.RowCount;

    public IReadOnlyList<ParquetRowGroup> RowGroups => _file.RowGroups;

    public IReadOnlyDictionary<string, string> Metadata => _file.KeyValues;

    /// <summary>All values of a column in a row group. For a field of a repeated group, rows are child rows.</summary>
    public ParquetColumnVector ReadColumn(int rowGroup, int column)
    {
        RowRangePlan plan = RowRangePlan.Whole(Chunk(rowGroup, column), RowGroups[rowGroup].RowCount);
        using PooledArray<byte> bytes = Fetch(plan.Offset, plan.Length);
        return VectorDecoder.Decode(Pages(rowGroup, column, bytes, plan.Offset), null, plan.PageRows, plan.Skip, plan.Take);
    }

    public async ValueTask<ParquetColumnVector> ReadColumnAsync(int rowGroup, int column, CancellationToken cancellationToken)
    {
        RowRangePlan plan = RowRangePlan.Whole(Chunk(rowGroup, column), RowGroups[rowGroup].RowCount);
        using PooledArray<byte> bytes = await FetchAsync(plan.Offset, plan.Length, cancellationToken);
        return VectorDecoder.Decode(Pages(rowGroup, column, bytes, plan.Offset), null, plan.PageRows, plan.Skip, plan.Take);
    }

    /// <summary>
    /// All values of a column in a row group, or those of the pages with some rows (flat columns only), through the cache: each page is unpacked
    /// at most once and then decoded into arrays that the answer owns.
    /// </summary>
    /// <param name="rowGroup">The row group.</param>
    /// <param name="column">The column.</param>
    /// <param name="rows">The rows wanted; null for all.</param>
    /// <param name="cache">Pages and the dictionary that are known; new pages go there where there is room.</param>
    /// <param name="buffers">Where the answer's arrays come from; null for new ones.</param>
    /// <param name="cancellationToken">Ends the wait for the source.</param>
    /// <returns>The values, and the bytes that their pages take in the file.</returns>
    public async ValueTask<(ParquetColumnVector Values, long StoredBytes)> ReadColumnAsync(
        int rowGroup, int column, RowRanges? rows, IPageCache? cache, ScanBuffers? buffers, CancellationToken cancellationToken)
    {
        ParquetField field = Schema[column];
        int rowCount = RowGroups[rowGroup].RowCount;
        PagePlaces places = await GetOrFindPlacesAsync(rowGroup, column, cancellationToken);
        using var fetch = new PageFetch(_source, _options, Schema, RowGroups[rowGroup], rowGroup, cache) { IsScan = true };
        var numbers = new int[places.Count];
        bool any = false;
        for (int page = 0; page < numbers.Length; page++)
        {
            bool isWanted = field.IsRepeated || rows is not { } some || some.Overlaps(places.FirstRow(page), places.EndRow(page, rowCount));
            numbers[page] = isWanted ? fetch.Add(column, places, page) : -1;
            any |= isWanted;
        }
        int dictionary = any && Chunk(rowGroup, column).HasDictionary ? fetch.AddDictionary(column) : -1;
        await fetch.RunAsync(cancellationToken);
        try
        {
            var pages = Array.ConvertAll(numbers, number => number < 0 ? null : fetch.Page(number));
            return (VectorDecoder.Decode(field, pages, places, dictionary < 0 ? null : fetch.Dictionary(dictionary), rowCount, buffers), fetch.Bytes);
        }
        catch (ParquetFormatException e)
        {
            throw e.In(rowGroup);
        }
    }

    /// <summary>
    /// The values of a few rows; only their pages are read and decoded. Positions count from <paramref name="firstRow"/>; for a
    /// repeated field they are positions among the children of those rows. A dictionary had from before saves reading it again.
    /// </summary>
    public ParquetColumnVector ReadColumnRows(int rowGroup, int column, int firstRow, int rowCount, ParquetDictionary? dictionary = null)
    {
        ParquetColumnChunk chunk = CheckRows(rowGroup, column, firstRow, rowCount);
        if (rowCount == 0)
            return new ParquetColumnVector(Schema[column]);
        RowRangePlan plan = RowRangePlan.For(
            chunk, GetPlaces(rowGroup, column), RowGroups[rowGroup].RowCount, firstRow, rowCount, needsDictionary: dictionary is null);
        if (plan.DictionaryLength > 0)
            dictionary = ReadDictionaryOnly(rowGroup, column);
        using PooledArray<byte> bytes = Fetch(plan.Offset, plan.Length);
        return VectorDecoder.Decode(Pages(rowGroup, column, bytes, plan.Offset), dictionary, plan.PageRows, plan.Skip, plan.Take);
    }

    public async ValueTask<ParquetColumnVector> ReadColumnRowsAsync(
        int rowGroup, int column, int firstRow, int rowCount, ParquetDictionary? dictionary, CancellationToken cancellationToken)
    {
        ParquetColumnChunk chunk = CheckRows(rowGroup, column, firstRow, rowCount);
        if (rowCount == 0)
            return new ParquetColumnVector(Schema[column]);
        PagePlaces? places = await GetPlacesAsync(rowGroup, column, cancellationToken);
        RowRangePlan plan = RowRangePlan.For(
            chunk, places, RowGroups[rowGroup].RowCount, firstRow, rowCount, needsDictionary: dictionary is null);

        // Both requests fly at the same time: over an object store each takes tens of milliseconds.
        ValueTask<ParquetDictionary?> dictionaryTask = plan.DictionaryLength > 0
            ? ReadDictionaryOnlyAsync(rowGroup, column, cancellationToken) : ValueTask.FromResult(dictionary);
        ParquetColumnVector Decode(PooledArray<byte> bytes, ParquetDictionary? known)
            => VectorDecoder.Decode(Pages(rowGroup, column, bytes, plan.Offset), known, plan.PageRows, plan.Skip, plan.Take);
        PooledArray<byte> pageBytes;
        try
        {
            pageBytes = await FetchAsync(plan.Offset, plan.Length, cancellationToken);
        }
        catch
        {
            _ = dictionaryTask.AsTask().ContinueWith(static t => _ = t.Exception, TaskScheduler.Default);
            throw;
        }
        using (pageBytes)
            return Decode(pageBytes, await dictionaryTask);
    }

    /// <summary>How many children each row has in the group that <paramref name="column"/> belongs to.</summary>
    public int[] ReadChildCounts(int rowGroup, int column) => ReadChildCountsRows(rowGroup, column, 0, RowGroups[rowGroup].RowCount);

    public ValueTask<int[]> ReadChildCountsAsync(int rowGroup, int column, CancellationToken cancellationToken)
        => ReadChildCountsRowsAsync(rowGroup, column, 0, RowGroups[rowGroup].RowCount, cancellationToken);

    public int[] ReadChildCountsRows(int rowGroup, int column, int firstRow, int rowCount)
    {
        ParquetColumnChunk chunk = CheckRows(rowGroup, CheckRepeated(column), firstRow, rowCount);
        if (rowCount == 0)
            return [];
        RowRangePlan plan = RowRangePlan.For(
            chunk, GetPlaces(rowGroup, column), RowGroups[rowGroup].RowCount, firstRow, rowCount, needsDictionary: false);
        using PooledArray<byte> bytes = Fetch(plan.Offset, plan.Length);
        return VectorDecoder.ChildCounts(Pages(rowGroup, column, bytes, plan.Offset), plan.PageRows, plan.Skip, plan.Take);
    }

    public async ValueTask<int[]> ReadChildCountsRowsAsync(int rowGroup, int column, int firstRow, int rowCount, CancellationToken cancellationToken)
    {
        ParquetColumnChunk chunk = CheckRows(rowGroup, CheckRepeated(column), firstRow, rowCount);
        if (rowCount == 0)
            return [];
        PagePlaces? places = await GetPlacesAsync(rowGroup, column, cancellationToken);
        RowRangePlan plan = RowRangePlan.For(chunk, places, RowGroups[rowGroup].RowCount, firstRow, rowCount, needsDictionary: false);
        using PooledArray<byte> bytes = await FetchAsync(plan.Offset, plan.Length, cancellationToken);
        return VectorDecoder.ChildCounts(Pages(rowGroup, column, bytes, plan.Offset), plan.PageRows, plan.Skip, plan.Take);
    }

    /// <summary>The dictionary of a chunk, or null when its values are plain: evaluate a predicate here before touching data pages.</summary>
    public ParquetDictionary? ReadDictionaryOnly(int rowGroup, int column)
    {
        ParquetColumnChunk chunk = Chunk(rowGroup, column);
        if (!chunk.HasDictionary)
            return null;
        using PooledArray<byte> bytes = Fetch(chunk.Offset, DictionaryBytes(chunk));
        return DecodeDictionary(rowGroup, column, bytes);
    }

    public async ValueTask<ParquetDictionary?> ReadDictionaryOnlyAsync(int rowGroup, int column, CancellationToken cancellationToken)
    {
        ParquetColumnChunk chunk = Chunk(rowGroup, column);
        if (!chunk.HasDictionary)
            return null;
        using PooledArray<byte> bytes = await FetchAsync(chunk.Offset, DictionaryBytes(chunk), cancellationToken);
        return DecodeDictionary(rowGroup, column, bytes);
    }

    private static int DictionaryBytes(in ParquetColumnChunk chunk) => (int)(chunk.DataOffset - chunk.Offset);

    private ParquetDictionary DecodeDictionary(int rowGroup, int column, PooledArray<byte> bytes)
    {
        ChunkPages pages = Pages(rowGroup, column, bytes, Chunk(rowGroup, column).Offset);
        using var scratch = new PooledArray<byte>(pages.ScratchBytes);
        return DictionaryDecoder.Decode(pages, scratch.Span);
    }

    private ChunkPages Pages(int rowGroup, int column, PooledArray<byte> bytes, long offset)
        => ChunkPages.Read(bytes.Span, offset, Schema[column], Chunk(rowGroup, column), _options);

    private PooledArray<byte> Fetch(long offset, int length)
    {
        var bytes = new PooledArray<byte>(length);
        try
        {
            _source.Read(offset, bytes.Span);
            return bytes;
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    private async ValueTask<PooledArray<byte>> FetchAsync(long offset, int length, CancellationToken cancellationToken)
    {
        // On failure the array is left to the collector: a cancelled read may still be writing into it.
        var bytes = new PooledArray<byte>(length);
        await _source.ReadAsync(offset, bytes.Memory, cancellationToken);
        return bytes;
    }

    private ref readonly ParquetColumnChunk Chunk(int rowGroup, int column) => ref RowGroups[rowGroup].Columns[column];

    private ParquetColumnChunk CheckRows(int rowGroup, int column, int firstRow, int rowCount)
    {
        int rows = RowGroups[rowGroup].RowCount;
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)firstRow, (uint)rows, nameof(firstRow));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)rowCount, (uint)(rows - firstRow), nameof(rowCount));
        return Chunk(rowGroup, column);
    }

    private int CheckRepeated(int column)
        => Schema[column].IsRepeated ? column : throw new ArgumentException($"Column '{Schema[column].Path}' is not in a repeated group.", nameof(column));
}
