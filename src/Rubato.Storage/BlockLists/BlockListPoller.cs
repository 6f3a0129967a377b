using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.BlockLists;

/// <summary>
/// Looks at the object store now and then and brings the <see cref="BlockList"/> up to date. Reads each description once:
/// rubato.json never changes. One poll at a time; the loop is its only caller in the server, after the one at start.
/// </summary>
/// <param name="random">For <see cref="BlockListPollerOptions.Jitter"/> alone; needed where that is not zero.</param>
public sealed partial class BlockListPoller(
    IObjectStore store, BlockList list, BlockListPollerOptions options, TimeProvider time, ILogger<BlockListPoller>? logger = null, Random? random = null)
{
    private readonly ILogger _logger = logger ?? NullLogger<BlockListPoller>.Instance;
    private readonly Random? _random = random is null && options.Jitter > TimeSpan.Zero ? throw new ArgumentNullException(nameof(random), "a jitter needs randomness") : random;
    private readonly ConcurrentDictionary<TenantId, TenantPoll> _tenants = new();
    private bool _polled;

    /// <summary>
    /// Polls at every interval until cancelled, and at once unless somebody has polled before. Errors are logged and counted, never thrown.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.Interval, time);
        try
        {
            while (_polled || await TryPollAsync(cancellationToken))
            {
                if (!await timer.WaitForNextTickAsync(cancellationToken))
                    return;
                _polled = false;
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    /// <summary>One look at everything. A tenant that cannot be listed keeps the blocks it had.</summary>
    /// <returns>The tenants that could not be looked at.</returns>
    /// <exception cref="IOException">The tenants cannot be listed.</exception>
    public Task<IReadOnlyCollection<TenantId>> PollAsync(CancellationToken cancellationToken) => PollAsync(isFirst: false, cancellationToken);

    /// <summary>
    /// The first look, at start: all or nothing. There is no older list to keep, and with a part of the blocks replay would bring back what they
    /// hold, and queries would lack it without a word.
    /// </summary>
    /// <exception cref="IOException">Something cannot be listed or read.</exception>
    /// <exception cref="UnauthorizedAccessException">Something may not be listed or read.</exception>
    public Task LoadAsync(CancellationToken cancellationToken) => PollAsync(isFirst: true, cancellationToken);

    private async Task<IReadOnlyCollection<TenantId>> PollAsync(bool isFirst, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        list.BeginPoll();
        var found = new ConcurrentDictionary<TenantId, List<BlockMeta>>();
        var tenants = new HashSet<TenantId>(list.Tenants);
        try
        {
            await foreach (var name in store.ListFoldersAsync("", cancellationToken))
            {
                if (TenantId.TryParse(name, out var tenant))
                    tenants.Add(tenant);
            }

            await LookAsync(tenants, found, isFirst, cancellationToken);
        }
        finally
        {
            list.EndPoll(found);
            StorageMetrics.PollSeconds.Observe(time.GetElapsedTime(started).TotalSeconds);
        }

        foreach (var gone in _tenants.Keys.Except(tenants))
            _tenants.TryRemove(gone, out _);
        _polled = true;
        var blocks = found.Values.Sum(metas => metas.Count);
        Log.PollComplete(_logger, time.GetElapsedTime(started).TotalSeconds, found.Count, blocks, found.Values.Sum(metas => metas.Sum(meta => meta.Size)));
        return [.. tenants.Where(tenant => !found.ContainsKey(tenant))];
    }

    private async Task<bool> TryPollAsync(CancellationToken cancellationToken)
    {
        try
        {
            await PollAsync(cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.PollFailed(_logger, e);
        }

        return true;
    }

    private async Task LookAsync(HashSet<TenantId> tenants, ConcurrentDictionary<TenantId, List<BlockMeta>> found, bool isFirst, CancellationToken cancellationToken)
    {
        var failures = 0;
        var concurrency = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.TenantConcurrency), CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(tenants, concurrency, async (tenant, token) =>
        {
            // The store is down, most likely: to ask for each of a thousand tenants would only keep it there.
            if (Volatile.Read(ref failures) > options.TolerateTenantFailures)
                return;
            var look = _tenants.GetOrAdd(tenant, id => new TenantPoll(id, store, list, options, time, _random, _logger));
            if (await TryLookAsync(tenant, look, isFirst, token) is { } metas)
                found[tenant] = metas;
            else if (Interlocked.Increment(ref failures) == options.TolerateTenantFailures + 1)
                Log.Abandoned(_logger, options.TolerateTenantFailures + 1, tenants.Count);
        });
    }

    private async Task<List<BlockMeta>?> TryLookAsync(TenantId tenant, TenantPoll look, bool isFirst, CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await look.LookAsync(cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                StorageMetrics.PollErrors.WithLabels(tenant.Value).Inc();
                if (attempt < options.TolerateConsecutiveErrors)
                    continue;
                if (isFirst)
                    throw;
                Log.TenantFailed(_logger, e, tenant.Value);
                return null;
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(31, LogLevel.Information, "blocklist poll complete seconds={Seconds} tenants={Tenants} blocks={Blocks} bytes={Bytes}")]
        public static partial void PollComplete(ILogger logger, double seconds, int tenants, int blocks, long bytes);

        [LoggerMessage(32, LogLevel.Error, "blocklist poll failed; the list stays as it was")]
        public static partial void PollFailed(ILogger logger, Exception e);

        [LoggerMessage(33, LogLevel.Error, "cannot list the blocks of a tenant; its list stays as it was tenant={Tenant}")]
        public static partial void TenantFailed(ILogger logger, Exception e, string tenant);

        [LoggerMessage(38, LogLevel.Error, "blocklist poll given up until the next: too many tenants failed (blocklist_poll_tolerate_tenant_failures) failed={Failed} tenants={Tenants}")]
        public static partial void Abandoned(ILogger logger, int failed, int tenants);
    }
}
