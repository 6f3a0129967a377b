namespace Rubato.Storage.BlockLists;

/// <summary>The keys <c>storage.trace.blocklist_poll*</c>.</summary>
public sealed record BlockListPollerOptions
{
    /// <summary><c>blocklist_poll</c>.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary><c>blocklist_poll_concurrency</c>: descriptions of a tenant's blocks read at once.</summary>
    public int Concurrency { get; init; } = 50;

    /// <summary><c>blocklist_poll_tenant_concurrency</c>: tenants looked at at once.</summary>
    public int TenantConcurrency { get; init; } = 1;

    /// <summary><c>blocklist_poll_jitter_ms</c>: each description waits up to so long before it is read, so that many do not fall on the store at once.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.Zero;

    /// <summary><c>blocklist_poll_tolerate_consecutive_errors</c>: so many more tries for a tenant that fails.</summary>
    public int TolerateConsecutiveErrors { get; init; } = 1;

    /// <summary><c>blocklist_poll_tolerate_tenant_failures</c>: when more tenants fail, the store is taken to be down, and the rest waits for the next poll.</summary>
    public int TolerateTenantFailures { get; init; } = 1;

    /// <summary><c>blocklist_poll_tenant_index_builders</c> above 0: tenant indexes are written and read.</summary>
    public bool UseTenantIndex { get; init; } = true;

    /// <summary><c>blocklist_poll_stale_tenant_index</c>: an older index is not read; 0 reads any.</summary>
    public TimeSpan StaleTenantIndex { get; init; } = TimeSpan.Zero;

    /// <summary><c>blocklist_poll_fallback</c>: without a readable index the descriptions are read one by one; false makes it an error of the tenant.</summary>
    public bool Fallback { get; init; } = true;

    /// <summary>With fewer blocks an index saves nothing: none is written, and none read for fewer new ones.</summary>
    public int IndexFromBlocks { get; init; } = 8;

    /// <summary>A folder without rubato.json that is younger is an upload that still runs.</summary>
    public TimeSpan UploadGrace { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// And one that is older is deleted: its spans are in the WAL that it was written from, or in a block that was written in its place. So long, since a person may have lost a
    /// rubato.json and want to bring it back. Zero: never.
    /// </summary>
    public TimeSpan LeftoverAge { get; init; } = TimeSpan.FromDays(7);
}
