using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.BlockLists;

/// <summary>
/// Looks at the object store now and then and brings the <see cref="BlockList"/> up to date. Reads each description once:
/// rubato.json never changes. One poll at a time; the loop is its only caller in the server.
/// </summary>
public sealed partial class BlockListPoller(
    IObjectStore store, BlockList list, BlockListPollerOptions options, TimeProvider time, ILogger<BlockListPoller>? logger = null)
{
    private readonly ILogger _logger = logger ?? NullLogger<BlockListPoller>.Instance;
    private readonly HashSet<BlockId> _partialKnown = [];

    /// <summary>Polls at once, then at every interval, until cancelled. Errors are logged and counted, never thrown.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            do
            {
                try
                {
                    await PollAsync(cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    Log.PollFailed(_logger, e);
                }
            }
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>One look at everything. A tenant that cannot be listed keeps the blocks it had.</summary>
    /// <exception cref="IOException">The tenants cannot be listed.</exception>
    public Task PollAsync(CancellationToken cancellationToken) => PollAsync(isFirst: false, cancellationToken);

    /// <summary>
    /// The first look, at start: all or nothing. There is no older list to keep, and with a part of the blocks replay would bring back what they
    /// hold, and queries would lack it without a word.
    /// </summary>
    /// <exception cref="IOException">Something cannot be listed or read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be listed or read.</exception>
    public Task LoadAsync(CancellationToken cancellationToken) => PollAsync(isFirst: true, cancellationToken);

    private async Task PollAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        list.BeginPoll();
        var found = new Dictionary<TenantId, List<BlockMeta>>();
        var (bytes, blocks) = (0L, 0);
        try
        {
            var tenants = new HashSet<TenantId>(list.Tenants);
            await foreach (var name in store.ListFoldersAsync("", cancellationToken))
            {
                if (TenantId.TryParse(name, out var tenant))
                    tenants.Add(tenant);
            }

            foreach (var tenant in tenants)
            {
                if (await PollTenantAsync(tenant, isFirst, cancellationToken) is not { } metas)
                    continue;
                found[tenant] = metas;
                blocks += metas.Count;
                bytes += metas.Sum(meta => meta.Size);
            }
        }
        finally
        {
            list.EndPoll(found);
            StorageMetrics.PollSeconds.Observe(time.GetElapsedTime(started).TotalSeconds);
        }

        Log.PollComplete(_logger, time.GetElapsedTime(started).TotalSeconds, found.Count, blocks, bytes);
    }

    private async Task<List<BlockMeta>?> PollTenantAsync(TenantId tenant, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            var folders = await ListAsync(tenant, cancellationToken);
            var known = list.All(tenant).ToDictionary(block => block.BlockId);
            var metas = new List<BlockMeta>();
            var unread = new List<(BlockId Block, long MetaBytes)>();
            var (compacted, compactedBytes) = (0L, 0L);
            foreach (var (block, folder) in folders)
            {
                if (folder.HasMeta && known.TryGetValue(block, out var meta))
                    metas.Add(meta);
                else if (folder.HasMeta && !list.IsQuarantined(block))
                    unread.Add((block, folder.MetaBytes));
                else if (folder.HasCompactedMeta && !folder.HasMeta)
                    (compacted, compactedBytes) = (compacted + 1, compactedBytes + folder.Bytes);
                else if (!folder.HasMeta)
                    NotePartial(tenant, block, folder);
            }

            // A list may be older than it should be. What this process knows to be there goes only when its description is gone indeed.
            foreach (var (block, meta) in known)
            {
                if (folders.GetValueOrDefault(block, BlockFolder.Empty).HasMeta) continue;
                if (await store.HeadAsync(BlockKeys.Of(tenant, block, BlockKeys.Meta), cancellationToken) is not null) metas.Add(meta);
            }

            var concurrency = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Concurrency), CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(unread, concurrency, async (block, token) =>
            {
                if (await ReadAsync(tenant, block.Block, block.MetaBytes, token) is not { } meta)
                    return;
                lock (metas)
                    metas.Add(meta);
            });

            StorageMetrics.BackendBytes.WithLabels(tenant.Value, "live").Set(metas.Sum(meta => meta.Size + meta.IndexSize));
            StorageMetrics.BackendBytes.WithLabels(tenant.Value, "compacted").Set(compactedBytes);
            StorageMetrics.BackendObjects.WithLabels(tenant.Value, "live").Set(metas.Sum(meta => meta.TotalObjects));
            return metas;
        }
        catch (Exception e) when (!isFirst && (e is IOException or UnauthorizedAccessException))
        {
            StorageMetrics.PollErrors.WithLabels(tenant.Value).Inc();
            Log.TenantFailed(_logger, e, tenant.Value);
            return null;
        }
    }

    private async Task<Dictionary<BlockId, BlockFolder>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var folders = new Dictionary<BlockId, BlockFolder>();
        await foreach (var info in store.ListAsync(tenant.Value + "/", cancellationToken))
        {
            if (!BlockKeys.TryParse(info.Key, out _, out var block, out var name))
                continue;
            var folder = folders.GetValueOrDefault(block, BlockFolder.Empty);
            folders[block] = new BlockFolder(
                name == BlockKeys.Meta ? info.Length : folder.MetaBytes,
                folder.HasCompactedMeta || name == BlockKeys.CompactedMeta,
                folder.Bytes + info.Length,
                info.LastModified > folder.LastModified ? info.LastModified : folder.LastModified);
        }

        return folders;
    }

    private async ValueTask<BlockMeta?> ReadAsync(TenantId tenant, BlockId block, long metaBytes, CancellationToken cancellationToken)
    {
        var error = $"{metaBytes} bytes are more than a block's description may have ({BlockMeta.MaxBytes})";
        try
        {
            // Not even fetched when too large: the limit is for memory.
            var json = metaBytes > BlockMeta.MaxBytes ? null : await store.GetAsync(BlockKeys.Of(tenant, block, BlockKeys.Meta), cancellationToken);
            if (json is not null && json.AsSpan().SequenceEqual(BlockMeta.GivenUp))
                return null;
            if (json is not null && BlockMeta.TryParse(json, out var meta, out error))
            {
                if (meta.BlockId == block && meta.TenantId == tenant)
                    return meta;
                error = $"it describes the block {meta.BlockId} of tenant {meta.TenantId}";
            }
        }
        catch (ObjectNotFoundException)
        {
            // Deleted since the listing.
            return null;
        }

        StorageMetrics.PollErrors.WithLabels(tenant.Value).Inc();
        list.Quarantine(tenant, block, $"{BlockKeys.Meta}: {error}");
        return null;
    }

    /// <summary>An upload that was cut off. Its spans are in the WAL that it was written from, so nothing is missing; once in the log and the metric is enough.</summary>
    private void NotePartial(TenantId tenant, BlockId block, BlockFolder folder)
    {
        if (time.GetUtcNow() - folder.LastModified < options.UploadGrace || !_partialKnown.Add(block))
            return;
        StorageMetrics.PartialBlocks.WithLabels(tenant.Value).Inc();
        Log.Partial(_logger, tenant.Value, block, folder.Bytes);
    }

    private readonly record struct BlockFolder(long MetaBytes, bool HasCompactedMeta, long Bytes, DateTimeOffset LastModified)
    {
        public static BlockFolder Empty { get; } = new(MetaBytes: -1, HasCompactedMeta: false, Bytes: 0, DateTimeOffset.MinValue);

        public bool HasMeta => MetaBytes >= 0;
    }

    private static partial class Log
    {
        [LoggerMessage(31, LogLevel.Information, "blocklist poll complete seconds={Seconds} tenants={Tenants} blocks={Blocks} bytes={Bytes}")]
        public static partial void PollComplete(ILogger logger, double seconds, int tenants, int blocks, long bytes);

        [LoggerMessage(32, LogLevel.Error, "blocklist poll failed; the list stays as it was")]
        public static partial void PollFailed(ILogger logger, Exception e);

        [LoggerMessage(33, LogLevel.Error, "cannot list the blocks of a tenant; its list stays as it was tenant={Tenant}")]
        public static partial void TenantFailed(ILogger logger, Exception e, string tenant);

        [LoggerMessage(34, LogLevel.Warning, "block folder without rubato.json is left out: an upload that never ended tenant={Tenant} block={Block} bytes={Bytes}")]
        public static partial void Partial(ILogger logger, string tenant, BlockId block, long bytes);
    }
}
