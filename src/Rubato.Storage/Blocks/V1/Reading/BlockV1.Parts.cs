using System.IO.Hashing;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>What the index names and data.parquet holds: loaded at the first question, kept in the cache.</summary>
internal sealed partial class BlockV1
{
    /// <summary>The bits of a Bloom filter. Needs no footer: the index knows place and checksum.</summary>
    internal async ValueTask<byte[]> FilterAsync(BloomFilterPlace place, CancellationToken cancellationToken)
    {
        var key = new BlockCacheKey(name, BlockPart.Filter, (int)(place.Offset >> 32), (int)place.Offset);
        if (cache.Get<byte[]>(key) is { } known) return known;
        var source = await SourceAsync(cancellationToken);
        if (place.Offset > source.Length - place.Length) throw new InvalidDataException($"a Bloom filter at {place.Offset} lies outside the file of {source.Length} bytes");
        var bytes = new byte[place.Length];
        await source.ReadAsync(place.Offset, bytes, cancellationToken);
        if (XxHash3.HashToUInt64(bytes) != place.Checksum) throw new InvalidDataException($"the Bloom filter at {place.Offset} has a wrong checksum");
        var filter = BloomFilterHeader.FilterOf(bytes).ToArray();
        cache.Set(key, filter, filter.Length + 100);
        return filter;
    }

    /// <summary>The id of each trace of a row group.</summary>
    internal async ValueTask<TraceIdVector> TraceIdsAsync(BlockIndex index, int rowGroup, CancellationToken cancellationToken)
    {
        var key = new BlockCacheKey(name, BlockPart.Traces, rowGroup);
        if (cache.Get<TraceIdVector>(key) is { } known) return known;
        var file = await FileAsync(index, cancellationToken);
        var group = index.RowGroups[rowGroup];
        using var ids = await file.ReadColumnAsync(rowGroup, index.Schema[SpanColumn.TraceId].Ordinal, cancellationToken);
        var high = new ulong[group.TraceCount];
        var low = new ulong[group.TraceCount];
        for (var i = 0; i < high.Length; i++)
        {
            var row = index.FirstRowOf(group.FirstTrace + i) - group.FirstRow;
            if (row >= ids.Count) throw new InvalidDataException($"trace {i} begins at row {row} of {ids.Count}");
            (high[i], low[i]) = TraceId.Read(ids.BytesAt(row));
        }

        var traces = new TraceIdVector(high.Length, high, low);
        cache.Set(key, traces, (16L * high.Length) + 100);
        return traces;
    }

    internal TraceTimes? KnownTraceTimes(int rowGroup) => cache.Get<TraceTimes>(new BlockCacheKey(name, BlockPart.TraceTimes, rowGroup));

    internal void Keep(int rowGroup, TraceTimes times) => cache.TrySetInShare(new BlockCacheKey(name, BlockPart.TraceTimes, rowGroup), times, times.MemoryBytes);

    /// <summary>The trace id of one row, from its page.</summary>
    internal async ValueTask<TraceId> TraceIdAsync(BlockIndex index, int rowGroup, int row, CancellationToken cancellationToken)
    {
        if (cache.Get<TraceIdVector>(new BlockCacheKey(name, BlockPart.Traces, rowGroup)) is { } known)
            return index.TraceIds(index.RowGroups[rowGroup], known, row, 1)[0];
        var file = await FileAsync(index, cancellationToken);
        var ids = (await file.ReadRowsAsync(rowGroup, [index.Schema[SpanColumn.TraceId].Ordinal], new[] { row }, Pages, cancellationToken)).Columns[0];
        return TraceId.Read(ids.BytesAt(0));
    }

    private async ValueTask<IRandomAccessSource> SourceAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _source) is { } open) return open;
        await _loading.WaitAsync(cancellationToken);
        try
        {
            return await SourceAsync_NeedsLoading(cancellationToken);
        }
        finally
        {
            _loading.Release();
        }
    }

    private async ValueTask<IRandomAccessSource> SourceAsync_NeedsLoading(CancellationToken cancellationToken) =>
        _source ??= await sources.OpenDataAsync(cancellationToken);
}
