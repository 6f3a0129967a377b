using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>An open block. Index, footer and dictionaries live in the cache; this holds only the open file.</summary>
/// <param name="name">For keys and messages.</param>
/// <param name="sources">Its files.</param>
/// <param name="cache">What is read goes there.</param>
/// <param name="footerBytes">The footer's length where it is known, else 0: over a network its first read then gets the page indexes before it too.</param>
/// <param name="indexChecksum">What rubato.json says of index.bin; null where nobody has asked it: then any index that is whole will do.</param>
internal sealed partial class BlockV1(string name, IBlockSources sources, IBlockCache cache, int footerBytes = 0, string? indexChecksum = null) : IBlock
{
    /// <summary>Page indexes are about twice as long as the footer.</summary>
    private const int TailPerFooter = 4;

    private readonly ParquetReaderOptions _fileOptions = sources.IsFar
        ? ParquetReaderOptions.Default with { TailReadBytes = (int)Math.Clamp((long)TailPerFooter * footerBytes, ParquetReaderOptions.Default.TailReadBytes, 8 << 20) }
        : ParquetReaderOptions.Default;


    private readonly SemaphoreSlim _loading = new(1, 1);
    private readonly BlockCacheKey _indexKey = new(name, BlockPart.Index);
    private readonly BlockCacheKey _footerKey = new(name, BlockPart.Footer);
    private IRandomAccessSource? _source;

    public string Name => name;

    public bool IsFar => sources.IsFar;

    public IPageCache Pages { get; } = new BlockPages(name, cache);

    public async ValueTask<IReadOnlyList<ISpanSegment>> OpenSegmentsAsync(CancellationToken cancellationToken) => await SegmentsAsync(cancellationToken);

    public IReadOnlyList<ISpanSegment>? TryOpenSegments() => cache.Get<RowGroupSegment[]>(_indexKey);

    public async ValueTask<ISpanSegment?> FindTraceAsync(TraceId traceId, CancellationToken cancellationToken)
    {
        var place = await FindPlaceAsync(traceId, cancellationToken);
        if (place < 0) return null;
        foreach (var segment in await SegmentsAsync(cancellationToken))
        {
            if (place < segment.Group.FirstTrace + segment.Group.TraceCount) return segment;
        }

        return null;
    }

    public async ValueTask<BlockDescription> DescribeAsync(CancellationToken cancellationToken)
    {
        var index = (await SegmentsAsync(cancellationToken))[0].Index;
        var file = await FileAsync(index, cancellationToken);
        var groups = index.RowGroups.Select(g => new RowGroupDescription(g.SpanCount, g.TraceCount, g.EventCount, g.LinkCount, g.TimeRange));
        var columns = index.Schema.Columns.Select(c => new BlockColumnDescription(
            c.Field.Path,
            c.Field.LogicalType == ParquetLogicalType.None ? c.Field.Type.ToString() : $"{c.Field.Type} {c.Field.LogicalType}",
            index.RowGroups.Sum(g => (long)g.Columns[c.Ordinal].Count),
            file.RowGroups.Sum(g => (long)g.Columns[c.Ordinal].Length),
            file.RowGroups.All(g => g.Columns[c.Ordinal].HasDictionary || g.Columns[c.Ordinal].IsAllNull),
            string.Join(", ", index.RowGroups.Select(g => g.Columns[c.Ordinal].Kind).Where(k => k != StatisticsKind.None).Distinct())));
        return new BlockDescription([.. groups], [.. columns], index.TraceCount);
    }

    public void Dispose()
    {
        // Readers that are under way hold the source themselves; the file closes when the last of them is collected.
        _loading.Wait();
        try
        {
            (_source as IDisposable)?.Dispose();
            _source = null;
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>The footer and page indexes, parsed.</summary>
    internal async ValueTask<ParquetFileReader> FileAsync(BlockIndex index, CancellationToken cancellationToken)
    {
        if (cache.Get<ParquetFileReader>(_footerKey) is { } known) return known;
        await _loading.WaitAsync(cancellationToken);
        try
        {
            if (cache.Get<ParquetFileReader>(_footerKey) is { } loaded) return loaded;
            var file = await ParquetFileReader.OpenAsync(await SourceAsync_NeedsLoading(cancellationToken), _fileOptions, cancellationToken);
            Check(index, file);
            file.Share(index.Schema.Parquet);
            cache.Set(_footerKey, file, file.MemoryBytes);
            return file;
        }
        catch (Exception e) when (Damage.Is(e))
        {
            throw Damage.Of(name, e);
        }
        finally
        {
            _loading.Release();
        }
    }

    /// <summary>Span rows of all events or links of a row group.</summary>
    internal async ValueTask<int[]> ParentsAsync(ParquetFileReader file, int rowGroup, int column, ScanContext context)
    {
        var key = new BlockCacheKey(name, BlockPart.Parents, rowGroup, column);
        context.AddBytes(file.RowGroups[rowGroup].Columns[column].Length);
        if (cache.Get<int[]>(key) is { } known) return known;
        var counts = await file.ReadChildCountsAsync(rowGroup, column, context.CancellationToken);
        var parents = ChildParents.Of(counts);
        cache.Set(key, parents, (parents.Length * 4L) + 100);
        return parents;
    }

    private async ValueTask<RowGroupSegment[]> SegmentsAsync(CancellationToken cancellationToken) =>
        cache.Get<RowGroupSegment[]>(_indexKey) ?? (await LoadIndexAsync(wanted: null, cancellationToken)).Segments;

    // An index of another block (a copy gone wrong) would read the wrong columns: names, types and rows must agree.
    private static void Check(BlockIndex index, ParquetFileReader file)
    {
        if (index.Schema.Columns.Count != file.Schema.Count)
            throw new InvalidDataException($"the index has {index.Schema.Columns.Count} columns and the data {file.Schema.Count}");
        foreach (var column in index.Schema.Columns)
        {
            if (column.Field != file.Schema[column.Ordinal])
                throw new InvalidDataException($"column {column.Ordinal} is '{column.Field.Path}' in the index and '{file.Schema[column.Ordinal].Path}' in the data");
        }

        if (!index.RowGroups.Select(g => g.SpanCount).SequenceEqual(file.RowGroups.Select(g => g.RowCount)))
            throw new InvalidDataException("the index has other row groups than the data");
        for (var g = 0; g < file.RowGroups.Count; g++)
        {
            foreach (var column in index.Schema.Columns)
            {
                // The footer has no checksum: a chunk that says it is all null would be believed.
                ref readonly var chunk = ref file.RowGroups[g].Columns[column.Ordinal];
                var count = index.RowGroups[g].Columns[column.Ordinal].Count;
                if (count > 0 && chunk.NullCount is { } nulls && chunk.ValueCount - nulls != count)
                    throw new InvalidDataException($"column '{column.Field.Path}' has {count} values in the index and {chunk.ValueCount - nulls} in the data");
            }
        }
    }
}
