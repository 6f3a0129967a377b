using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>
/// The pages and dictionaries that one step of a query needs from a row group, of all its columns together: what the cache has is taken from
/// there, the rest is read in as few requests as pays, all under way at the same time where the source is not on this machine.
/// </summary>
internal sealed class PageFetch(IRandomAccessSource source, ParquetReaderOptions options, ParquetSchema schema, ParquetRowGroup group, int rowGroup, IPageCache? cache)
    : IDisposable
{
    /// <summary>The number of the dictionary among a column's pages.</summary>
    public const int DictionaryPage = -1;

    /// <summary>A page unpacked is about this many times as long as stored, at most.</summary>
    private const int UsualGrowth = 3;

    private readonly List<Need> _needs = [];

    private record struct Need(int Column, int Page, long Offset, int Length, int Rows, object? Found);

    /// <summary>Stored bytes of all that was asked for, wherever it came from.</summary>
    public long Bytes { get; private set; }

    /// <summary>True: pages read in passing, which push nothing out of the cache. Those that are not kept go back to their pool with this object.</summary>
    public bool IsScan { get; init; }

    /// <summary>Asks for a data page; the answer is its number for <see cref="Page"/>.</summary>
    public int Add(int column, PagePlaces places, int page)
    {
        (long offset, int length) = places.Range(page, page);
        int rows = places.EndRow(page, group.RowCount) - places.FirstRow(page);
        return Add(new Need(column, page, offset, length, rows, cache?.Page(rowGroup, column, page)));
    }

    public int AddDictionary(int column)
    {
        ref readonly ParquetColumnChunk chunk = ref group.Columns[column];
        return Add(new Need(column, DictionaryPage, chunk.Offset, (int)(chunk.DataOffset - chunk.Offset), 0, cache?.Dictionary(rowGroup, column)));
    }

    public ParquetPage Page(int number) => (ParquetPage)_needs[number].Found!;

    public ParquetDictionary Dictionary(int number) => (ParquetDictionary)_needs[number].Found!;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        List<ByteRange> missing = [];
        for (int i = 0; i < _needs.Count; i++)
        {
            if (_needs[i].Found is null)
                missing.Add(new ByteRange(_needs[i].Offset, _needs[i].Length, i));
        }
        if (missing.Count == 0)
            return;

        bool isLocal = source.CanReadSynchronously;
        List<JoinedRange> ranges = JoinedRange.Of(
            missing, isLocal ? options.LocalGapBytes : options.RemoteGapBytes, isLocal && IsScan ? options.LocalWindowBytes : options.MaxJoinedBytes);
        if (source.CanReadSynchronously || ranges.Count == 1)
        {
            foreach (JoinedRange range in ranges)
                await ReadAsync(range, cancellationToken);
            return;
        }
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.MaxRequests, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(ranges, parallel, ReadAsync);
    }

    public void Dispose()
    {
        foreach (Need need in _needs)
            (need.Found as ParquetPage)?.Dispose();
    }

    private int Add(Need need)
    {
        _needs.Add(need);
        Bytes += need.Length;
        return _needs.Count - 1;
    }

    private async ValueTask ReadAsync(JoinedRange range, CancellationToken cancellationToken)
    {
        // On failure the array is left to the collector: a cancelled read may still be writing into it.
        var bytes = new PooledArray<byte>(range.Length);
        await source.ReadAsync(range.Offset, bytes.Memory, cancellationToken);
        foreach (ByteRange part in range.Parts)
            Parse(part, bytes.Span.Slice((int)(part.Offset - range.Offset), part.Length));
        bytes.Dispose();
    }

    /// <summary>Each need is parsed by one thread only, so its place in the list is that thread's own.</summary>
    private void Parse(ByteRange part, ReadOnlySpan<byte> stored)
    {
        Need need = _needs[part.Number];
        ParquetField field = schema[need.Column];
        ParquetColumnChunk chunk = group.Columns[need.Column];
        object found;
        try
        {
            if (need.Page == DictionaryPage)
            {
                ParquetDictionary dictionary = DictionaryDecoder.Decode(stored, need.Offset, field, chunk, options);
                cache?.Add(dictionary, rowGroup, need.Column);
                found = dictionary;
            }
            else
            {
                bool isKept = !IsScan || (cache is not null && cache.HasRoom((long)UsualGrowth * need.Length));
                ParquetPage page = isKept ? ParquetPage.Read(stored, need.Offset, need.Rows, field, chunk, options)
                    : ParquetPage.ReadPooled(stored, need.Offset, need.Rows, field, chunk, options);
                if (isKept)
                    cache?.Add(page, rowGroup, need.Column, need.Page, IsScan);
                found = page;
            }
        }
        catch (ParquetFormatException e)
        {
            throw e.In(rowGroup);
        }
        lock (_needs)
            _needs[part.Number] = need with { Found = found };
    }
}
