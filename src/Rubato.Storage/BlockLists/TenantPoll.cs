using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.BlockLists;

/// <summary>
/// Looks at one tenant's folder again and again, and remembers between two looks what has been said already. One look at a time.
/// </summary>
/// <remarks>
/// <code>
///   list the folder ─► known blocks keep their description
///                   ─► new ones: from the tenant index where it is newer than rubato.json and rubato.json has the length it had
///                                else rubato.json itself, many at once
///                   ─► sizes of data.parquet and index.bin as rubato.json says, or the block is set aside
///                   ─► tenant index written where the blocks changed
/// </code>
/// </remarks>
internal sealed partial class TenantPoll(
    TenantId tenant, IObjectStore store, BlockList list, BlockListPollerOptions options, TimeProvider time, Random? random, ILogger logger)
{
    private readonly TenantIndexFile _index = new(tenant, store, options, time, logger);
    private readonly HashSet<BlockId> _partialKnown = [];
    private bool _foreignNamed;

    /// <summary>The live blocks.</summary>
    /// <exception cref="IOException">The store does not answer.</exception>
    public async Task<List<BlockMeta>> LookAsync(CancellationToken cancellationToken)
    {
        var listing = await TenantListing.ReadAsync(store, tenant, cancellationToken);
        var known = list.All(tenant).ToDictionary(block => block.BlockId);
        var entries = new ConcurrentBag<TenantIndexEntry>();
        var unread = new List<BlockFolder>();
        var leftovers = new List<BlockFolder>();
        var (compactedBytes, tempoBlocks, others) = (0L, 0, listing.OtherObjects);
        foreach (var folder in listing.Folders)
        {
            if (folder.IsTempos)
            {
                tempoBlocks++;
                continue;
            }

            others += folder.OtherObjects;
            if (folder.HasMeta && known.TryGetValue(folder.Block, out var meta))
                await KeepAsync(folder, meta, entries, cancellationToken);
            else if (folder.HasMeta && !list.IsQuarantined(tenant, folder.Block))
                unread.Add(folder);
            else if (folder.HasCompactedMeta && !folder.HasMeta)
                compactedBytes += folder.Bytes;
            else if (!folder.HasMeta && IsPartial(folder))
                leftovers.Add(folder);
        }

        await KeepUnlistedAsync(listing, known.Values, entries, cancellationToken);
        NoteForeign(listing, tempoBlocks, others);
        await ReadAsync(listing.Index, unread, entries, cancellationToken);
        // In one order, so that the same blocks make the same bytes.
        await _index.WriteAsync(listing.Index, [.. entries.OrderBy(entry => entry.Meta.BlockId)], cancellationToken);
        foreach (var folder in leftovers)
            await DeleteLeftoverAsync(folder, cancellationToken);
        var metas = entries.Select(entry => entry.Meta).ToList();
        StorageMetrics.BackendBytes.WithLabels(tenant.Value, "live").Set(metas.Sum(meta => meta.Size + meta.IndexSize));
        StorageMetrics.BackendBytes.WithLabels(tenant.Value, "compacted").Set(compactedBytes);
        StorageMetrics.BackendObjects.WithLabels(tenant.Value, "live").Set(metas.Sum(meta => meta.TotalObjects));
        return metas;
    }

    /// <summary>A list may be older than it should be. What this process knows to be there goes only when its description is gone indeed.</summary>
    private async Task KeepUnlistedAsync(TenantListing listing, IEnumerable<BlockMeta> known, ConcurrentBag<TenantIndexEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var meta in known)
        {
            if (!listing.HasMeta(meta.BlockId) && await store.HeadAsync(BlockKeys.Of(tenant, meta.BlockId, BlockKeys.Meta), cancellationToken) is { } info)
                entries.Add(new TenantIndexEntry(info.Length, meta));
        }
    }

    private async Task ReadAsync(ObjectInfo? index, List<BlockFolder> unread, ConcurrentBag<TenantIndexEntry> entries, CancellationToken cancellationToken)
    {
        var indexed = await _index.ReadAsync(index, unread.Count, cancellationToken);
        var concurrency = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Concurrency), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(unread, concurrency, async (folder, token) =>
        {
            // Times of the same clock, the store's. A rubato.json that was exchanged since is read itself.
            var isIndexed = indexed.TryGetValue(folder.Block, out var entry) && entry.MetaBytes == folder.MetaBytes && folder.MetaModified <= index!.Value.LastModified;
            if ((isIndexed ? entry!.Meta : await ReadAsync(folder, token)) is { } meta)
                await KeepAsync(folder, meta, entries, token);
        });
    }

    private async ValueTask<BlockMeta?> ReadAsync(BlockFolder folder, CancellationToken cancellationToken)
    {
        if (options.Jitter > TimeSpan.Zero)
        {
            double part;
            lock (random!)
                part = random.NextDouble();
            await Task.Delay(options.Jitter * part, time, cancellationToken);
        }

        var error = $"{folder.MetaBytes} bytes are more than a block's description may have ({BlockMeta.MaxBytes})";
        try
        {
            // Not even fetched when too large: the limit is for memory.
            var json = folder.MetaBytes > BlockMeta.MaxBytes ? null : await store.GetAsync(BlockKeys.Of(tenant, folder.Block, BlockKeys.Meta), cancellationToken);
            if (json is not null && json.AsSpan().SequenceEqual(BlockMeta.GivenUp))
                return null;
            if (json is not null && BlockMeta.TryParse(json, out var meta, out error))
            {
                // One text for the tenant's name, not one for each block.
                if (meta.BlockId == folder.Block && meta.TenantId == tenant)
                    return meta with { TenantId = tenant };
                error = $"it describes the block {meta.BlockId} of tenant {meta.TenantId}";
            }
        }
        catch (ObjectNotFoundException)
        {
            // Deleted since the listing.
            return null;
        }

        StorageMetrics.PollErrors.WithLabels(tenant.Value).Inc();
        list.Quarantine(tenant, folder.Block, $"{BlockKeys.Meta}: {error}");
        return null;
    }

    /// <summary>A description that lies about its objects would turn up as damage in the middle of a query.</summary>
    private async ValueTask KeepAsync(BlockFolder folder, BlockMeta meta, ConcurrentBag<TenantIndexEntry> entries, CancellationToken cancellationToken)
    {
        if (Mismatch(meta, folder.DataBytes, folder.IndexBytes) is not null)
        {
            // A listing may be old or miss objects that come and go: each object is asked itself before a block is set aside.
            if (await store.HeadAsync(BlockKeys.Of(tenant, folder.Block, BlockKeys.Meta), cancellationToken) is null)
                return;
            var data = await store.HeadAsync(BlockKeys.Of(tenant, folder.Block, BlockKeys.Data), cancellationToken);
            var index = await store.HeadAsync(BlockKeys.Of(tenant, folder.Block, BlockKeys.Index), cancellationToken);
            if (Mismatch(meta, data?.Length ?? -1, index?.Length ?? -1) is { } mismatch)
            {
                StorageMetrics.PollErrors.WithLabels(tenant.Value).Inc();
                list.Quarantine(tenant, folder.Block, $"{BlockKeys.Meta}: {mismatch}", meta);
                return;
            }
        }

        entries.Add(new TenantIndexEntry(folder.MetaBytes, meta));
    }

    private static string? Mismatch(BlockMeta meta, long dataBytes, long indexBytes) =>
        dataBytes != meta.Size ? Differs(BlockKeys.Data, meta.Size, dataBytes)
        : indexBytes != meta.IndexSize ? Differs(BlockKeys.Index, meta.IndexSize, indexBytes)
        : null;

    private static string Differs(string name, long said, long found) =>
        $"it says that {name} has {said} bytes; {(found < 0 ? "there is none" : $"it has {found}")}";

    /// <summary>An upload that was cut off: its spans are in the WAL that it was written from, so nothing is missing. Once in the log and the metric is enough.</summary>
    /// <returns>Whether it is old enough to be deleted.</returns>
    private bool IsPartial(BlockFolder folder)
    {
        var age = time.GetUtcNow() - folder.LastModified;
        if (age < options.UploadGrace)
            return false;
        if (_partialKnown.Add(folder.Block))
        {
            StorageMetrics.PartialBlocks.WithLabels(tenant.Value).Inc();
            Log.Partial(logger, tenant.Value, folder.Block, folder.Bytes);
        }

        // By both clocks: the store's, and that of the process which named the block.
        return options.LeftoverAge > TimeSpan.Zero && age > options.LeftoverAge && time.GetUtcNow() - folder.Block.CreatedAt > options.LeftoverAge;
    }

    private async Task DeleteLeftoverAsync(BlockFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            // The listing may be old: only the object itself says that it is not there.
            if (await store.HeadAsync(BlockKeys.Of(tenant, folder.Block, BlockKeys.Meta), cancellationToken) is not null
                || await store.HeadAsync(BlockKeys.Of(tenant, folder.Block, BlockKeys.CompactedMeta), cancellationToken) is not null)
                return;
            foreach (var name in BlockKeys.Ours)
                await store.DeleteAsync(BlockKeys.Of(tenant, folder.Block, name), cancellationToken);
            StorageMetrics.LeftoversDeleted.WithLabels(tenant.Value).Inc();
            Log.LeftoverDeleted(logger, tenant.Value, folder.Block, folder.Bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The list of blocks is right without it; the next poll tries again.
            Log.LeftoverFailed(logger, e, tenant.Value, folder.Block);
        }
    }

    private void NoteForeign(TenantListing listing, int tempoBlocks, int others)
    {
        Set("tempo_block", tempoBlocks);
        Set("tempo_index", listing.TempoIndexes);
        Set("other", others);
        if (_foreignNamed || tempoBlocks + listing.TempoIndexes + others == 0)
            return;
        _foreignNamed = true;
        Log.Foreign(logger, tenant.Value, tempoBlocks, listing.TempoIndexes, others, listing.Example);

        void Set(string kind, int count)
        {
            // Most stores hold nothing foreign: no series for that.
            if (count > 0 || _foreignNamed)
                StorageMetrics.Foreign.WithLabels(tenant.Value, kind).Set(count);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(34, LogLevel.Warning, "block folder without rubato.json is left out: an upload that never ended tenant={Tenant} block={Block} bytes={Bytes}")]
        public static partial void Partial(ILogger logger, string tenant, BlockId block, long bytes);

        [LoggerMessage(39, LogLevel.Information, "deleting what an upload left that never ended tenant={Tenant} block={Block} bytes={Bytes}")]
        public static partial void LeftoverDeleted(ILogger logger, string tenant, BlockId block, long bytes);

        [LoggerMessage(40, LogLevel.Warning, "cannot delete what an upload left, tried again at the next poll tenant={Tenant} block={Block}")]
        public static partial void LeftoverFailed(ILogger logger, Exception e, string tenant, BlockId block);

        [LoggerMessage(37, LogLevel.Information,
            "other programs' objects lie beside the blocks; they are counted and left alone tenant={Tenant} tempo_blocks={TempoBlocks} tempo_indexes={TempoIndexes} other_objects={Others} example={Example}")]
        public static partial void Foreign(ILogger logger, string tenant, int tempoBlocks, int tempoIndexes, int others, string example);
    }
}
