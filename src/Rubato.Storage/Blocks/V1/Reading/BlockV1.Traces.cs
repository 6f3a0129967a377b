using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Parquet.Reading;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>
/// Is a trace here? From the table in memory; where that has no room, from the directory and a range of index.bin; and after a start, or when even the
/// directory had to go, from all of index.bin, read once.
/// </summary>
internal sealed partial class BlockV1
{
    private const int MostRanges = 32;

    private readonly BlockCacheKey _tableKey = new(name, BlockPart.TraceTable);
    private readonly BlockCacheKey _directoryKey = new(name, BlockPart.TraceDirectory);

    // A table that the cache had no room for, for as long as a query holds it: a search asks each of the block's row groups for it, one after the other.
    private readonly WeakReference<TraceTable?> _tableInUse = new(null);

    public bool? MayHaveTrace(TraceId traceId)
    {
        if (KnownTable() is { } table) return table.Find(traceId) >= 0;
        return cache.Get<TraceDirectory>(_directoryKey) is { } directory && directory.RangeOf(traceId).Length == 0 ? false : null;
    }

    /// <summary>
    /// The place in the table of the only trace that can have the id, or -1: then it is not in the block. Whether a place found really has it, the trace_id
    /// column says (a wrong one comes up once in 270 million look-ups).
    /// </summary>
    internal ValueTask<int> FindPlaceAsync(TraceId id, CancellationToken cancellationToken) =>
        KnownTable() is { } table ? new(table.Find(id)) : FindFarPlaceAsync(id, cancellationToken);

    /// <summary>As <see cref="FindPlaceAsync"/> for many; where the table has no room, ranges for a few are read side by side, for more the table is.</summary>
    internal async ValueTask<int[]> FindPlacesAsync(IReadOnlyList<TraceId> ids, ScanContext context)
    {
        var table = KnownTable();
        if (table is null && ids.Count <= SideBySide.Of(MostRanges)) return await Task.WhenAll(ids.Select(id => FindFarPlaceAsync(id, context.CancellationToken).AsTask()));
        table ??= await TraceTableAsync(context);
        var places = new int[ids.Count];
        for (var i = 0; i < places.Length; i++) places[i] = table.Find(ids[i]);
        return places;
    }

    internal async ValueTask<TraceTable> TraceTableAsync(ScanContext context)
    {
        if (KnownTable() is { } known) return known;
        var table = (await LoadIndexAsync(wanted: null, context.CancellationToken)).Traces;
        context.Hold(table, table.MemoryBytes);
        return table;
    }

    private TraceTable? KnownTable() => cache.Get<TraceTable>(_tableKey) ?? (_tableInUse.TryGetTarget(out var table) ? table : null);

    private async ValueTask<int> FindFarPlaceAsync(TraceId id, CancellationToken cancellationToken)
    {
        if (cache.Get<TraceDirectory>(_directoryKey) is not { } directory)
            return (await LoadIndexAsync(id, cancellationToken)).Traces.Find(id);
        var (offset, length) = directory.RangeOf(id);
        if (length == 0) return -1;
        try
        {
            // On failure the array is left to the collector: a cancelled read may still be writing into it.
            var range = new PooledArray<byte>(length);
            await sources.ReadIndexAsync(offset, range.Memory, cancellationToken);
            var place = directory.Find(id, range.Span);
            range.Dispose();
            return place;
        }
        catch (Exception e) when (Damage.Is(e))
        {
            throw Damage.Of(name, e);
        }
    }

    /// <summary>
    /// Reads all of index.bin. A look-up of a trace (<paramref name="wanted"/>) keeps all of it only where the trace is: a thousand indexes of blocks that do
    /// not have it would push out everything else.
    /// </summary>
    private async ValueTask<(RowGroupSegment[] Segments, TraceTable Traces)> LoadIndexAsync(TraceId? wanted, CancellationToken cancellationToken)
    {
        await _loading.WaitAsync(cancellationToken);
        try
        {
            // Somebody else may have read it meanwhile.
            if (cache.Get<RowGroupSegment[]>(_indexKey) is { } loaded && KnownTable() is { } known) return (loaded, known);
            var bytes = await sources.ReadIndexAsync(cancellationToken);
            var index = BlockIndex.Parse(bytes, out var traces);
            // Another block's index would say of this one's traces that they are not here.
            if (indexChecksum is not null && BlockMeta.ChecksumOf(bytes) is var found && found != indexChecksum)
                throw new InvalidDataException($"{BlockKeys.Index} is not the one that {BlockKeys.Meta} names: its checksum is {found}, not {indexChecksum}; rubato block rebuild-index makes it anew");
            if (index.RowGroups.Count == 0) throw new InvalidDataException("the index has no row group");
            var segments = new RowGroupSegment[index.RowGroups.Count];
            for (var g = 0; g < segments.Length; g++) segments[g] = new RowGroupSegment(this, index, g);
            if (traces.Directory is { } directory) cache.Set(_directoryKey, directory, directory.MemoryBytes);
            // Not for one look-up: the next one takes the directory and a range, and a thousand tables would wait for the collector.
            if (!cache.TrySetInShare(_tableKey, traces, traces.MemoryBytes) && wanted is null) _tableInUse.SetTarget(traces);
            if (wanted is not { } id || traces.Find(id) >= 0) cache.Set(_indexKey, segments, index.MemoryBytes);
            return (segments, traces);
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
}
