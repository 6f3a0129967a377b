using Rubato.Configuration.Options;
using Rubato.Storage.BlockLists;

namespace Rubato.Server;

/// <summary>The keys <c>storage.trace.blocklist_poll*</c> as the poller takes them.</summary>
internal static class BlockListSettings
{
    public static BlockListPollerOptions Of(TraceStorageOptions trace) => new()
    {
        Interval = trace.BlocklistPoll,
        Concurrency = trace.BlocklistPollConcurrency is 0 ? 50 : trace.BlocklistPollConcurrency,
        TenantConcurrency = Math.Max(1, trace.BlocklistPollTenantConcurrency),
        Jitter = TimeSpan.FromMilliseconds(trace.BlocklistPollJitterMs),
        TolerateConsecutiveErrors = trace.BlocklistPollTolerateConsecutiveErrors,
        TolerateTenantFailures = trace.BlocklistPollTolerateTenantFailures,
        UseTenantIndex = trace.BlocklistPollTenantIndexBuilders > 0,
        StaleTenantIndex = trace.BlocklistPollStaleTenantIndex,
        Fallback = trace.BlocklistPollFallback,
    };
}
