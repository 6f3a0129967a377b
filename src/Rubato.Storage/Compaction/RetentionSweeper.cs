using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Compaction;

/// <summary>
/// Ends blocks in two steps, so that a query that reads one can finish:
/// <code>
///   end time older than the tenant's retention   rubato.json -> rubato.compacted.json, out of the list
///   compacted for long enough                    every object goes, rubato.compacted.json last
/// </code>
/// A crash at any point leaves a block that the next cycle takes up where this one stopped.
/// </summary>
/// <param name="retention">How long a tenant's spans are kept; zero or less for ever.</param>
public sealed partial class RetentionSweeper(
    IObjectStore store, BlockList list, Func<TenantId, TimeSpan> retention, RetentionOptions options, TimeProvider time,
    ILogger<RetentionSweeper>? logger = null)
{
    /// <summary>How long the tombstone of a merge that was given up stays: longer than anybody may try to commit it.</summary>
    public static readonly TimeSpan GivenUpRetention = TimeSpan.FromDays(1);

    private readonly ILogger _logger = logger ?? NullLogger<RetentionSweeper>.Instance;

    /// <summary>Sweeps at every interval until cancelled. Errors are logged and counted, never thrown.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellationToken))
            {
                try
                {
                    await SweepAsync(cancellationToken);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    StorageMetrics.RetentionErrors.Inc();
                    Log.SweepFailed(_logger, e);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <exception cref="IOException">The tenants cannot be listed. A tenant or block that fails alone is counted and left for the next cycle.</exception>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var tenants = list.Tenants.Concat(list.Quarantined.Select(block => block.Tenant)).ToHashSet();
        var concurrency = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.Concurrency), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(tenants, concurrency, async (tenant, token) => await MarkAsync(tenant, token));
        await Parallel.ForEachAsync(
            await ListEndedAsync(cancellationToken), concurrency,
            async (ended, token) => await TryAsync(ended.Tenant, ended.Block, () => DeleteAsync(ended.Tenant, ended.Block, ended.Keys, token)));
        StorageMetrics.RetentionSeconds.Observe(time.GetElapsedTime(started).TotalSeconds);
    }

    private async Task MarkAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        // First what a merged block replaces: were that block to end before its inputs, they would be back.
        foreach (var block in list.Replaced(tenant))
        {
            if (!await TryAsync(tenant, block.BlockId, () => MarkCompactedAsync(block, cancellationToken))) return;
        }

        var kept = retention(tenant);
        if (kept <= TimeSpan.Zero)
            return;
        foreach (var block in list.Blocks(tenant).Concat(SetAside(tenant)))
        {
            if (time.GetUtcNow() - block.EndTime <= kept || !await TryAsync(tenant, block.BlockId, () => MarkCompactedAsync(block, cancellationToken)))
                continue;
            StorageMetrics.MarkedForDeletion.Inc();
            Log.Marked(_logger, block.TenantId.Value, block.BlockId, block.EndTime);
        }
    }

    private IEnumerable<BlockMeta> SetAside(TenantId tenant) =>
        list.Quarantined.Where(block => block.Tenant == tenant).Select(block => block.Meta).OfType<BlockMeta>();

    /// <summary>Ends one block: also what a compactor does with its inputs. Safe to repeat.</summary>
    public async Task MarkCompactedAsync(BlockMeta block, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(block);
        // In this order a crash leaves both descriptions, and the block is live until the next cycle: late, never lost or doubled.
        await store.PutAsync(BlockKeys.Of(block.TenantId, block.BlockId, BlockKeys.CompactedMeta), block.ToJson(), cancellationToken);
        list.Remove(block.TenantId, block.BlockId);
        await store.DeleteAsync(BlockKeys.Of(block.TenantId, block.BlockId, BlockKeys.Meta), cancellationToken);
    }

    private async Task<List<(TenantId Tenant, BlockId Block, List<string> Keys)>> ListEndedAsync(CancellationToken cancellationToken)
    {
        var folders = new Dictionary<(TenantId Tenant, BlockId Block), List<ObjectInfo>>();
        await foreach (var name in store.ListFoldersAsync("", cancellationToken))
        {
            // Folders of others, such as the lost+found of a disk, are not looked into.
            if (!TenantId.TryParse(name, out var owner))
                continue;
            foreach (var info in await ListAsync(owner, cancellationToken))
            {
                if (!BlockKeys.TryParse(info.Key, out var tenant, out var block, out _))
                    continue;
                if (!folders.TryGetValue((tenant, block), out var infos))
                    folders[(tenant, block)] = infos = [];
                infos.Add(info);
            }
        }

        var ended = new List<(TenantId Tenant, BlockId Block, List<string> Keys)>();
        foreach (var ((tenant, block), infos) in folders)
        {
            var meta = BlockKeys.Of(tenant, block, BlockKeys.Meta);
            var compacted = BlockKeys.Of(tenant, block, BlockKeys.CompactedMeta);
            var since = infos.Find(info => info.Key == compacted).LastModified;
            if (infos.Find(info => info.Key == meta) is var description && await IsGivenUpAsync(description, cancellationToken))
                ended.Add((tenant, block, [.. infos.Select(info => info.Key).Where(key => key != meta), meta]));
            if (since == default || infos.Exists(info => info.Key == meta) || time.GetUtcNow() - since <= options.CompactedBlockRetention)
                continue;
            // The description goes last: until then the next cycle knows what the folder is.
            ended.Add((tenant, block, [.. infos.Select(info => info.Key).Where(key => key != compacted && IsOurs(key)), compacted]));
        }

        return ended;
    }

    /// <summary>Nothing where it fails: the other tenants' blocks go all the same.</summary>
    private async Task<List<ObjectInfo>> ListAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        var infos = new List<ObjectInfo>();
        try
        {
            await foreach (var info in store.ListAsync(tenant.Value + "/", cancellationToken)) infos.Add(info);
            return infos;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StorageMetrics.RetentionErrors.Inc();
            Log.TenantFailed(_logger, e, tenant.Value);
            return [];
        }
    }

    /// <summary>The tombstone of a merge that was given up, after a day: by then nobody commits it any more (<see cref="Compactor"/> checks).</summary>
    private async ValueTask<bool> IsGivenUpAsync(ObjectInfo description, CancellationToken cancellationToken)
    {
        if (description.Key is null || description.Length != BlockMeta.GivenUp.Length || time.GetUtcNow() - description.LastModified < GivenUpRetention) return false;
        try
        {
            return (await store.GetAsync(description.Key, cancellationToken)).AsSpan().SequenceEqual(BlockMeta.GivenUp);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone since the listing, or it cannot be told now: the next cycle asks again. Other blocks do not wait for it.
            return false;
        }
    }

    private static bool IsOurs(string key) => BlockKeys.TryParse(key, out _, out _, out var name) && BlockKeys.IsOurs(name);

    private async Task DeleteAsync(TenantId tenant, BlockId block, List<string> keys, CancellationToken cancellationToken)
    {
        foreach (var key in keys)
            await store.DeleteAsync(key, cancellationToken);
        StorageMetrics.Deleted.Inc();
        Log.Deleted(_logger, tenant.Value, block);
    }

    private async Task<bool> TryAsync(TenantId tenant, BlockId block, Func<Task> step)
    {
        try
        {
            await step();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            StorageMetrics.RetentionErrors.Inc();
            Log.BlockFailed(_logger, e, tenant.Value, block);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(41, LogLevel.Information, "marking block for deletion tenant={Tenant} block={Block} end={End}")]
        public static partial void Marked(ILogger logger, string tenant, BlockId block, DateTimeOffset end);

        [LoggerMessage(42, LogLevel.Information, "deleting block tenant={Tenant} block={Block}")]
        public static partial void Deleted(ILogger logger, string tenant, BlockId block);

        [LoggerMessage(43, LogLevel.Error, "retention failed for a block, tried again in the next cycle tenant={Tenant} block={Block}")]
        public static partial void BlockFailed(ILogger logger, Exception e, string tenant, BlockId block);

        [LoggerMessage(44, LogLevel.Error, "retention cycle failed, tried again at the next")]
        public static partial void SweepFailed(ILogger logger, Exception e);

        [LoggerMessage(45, LogLevel.Error, "cannot list the objects of a tenant; its ended blocks stay until the next cycle tenant={Tenant}")]
        public static partial void TenantFailed(ILogger logger, Exception e, string tenant);
    }
}
