namespace Rubato.Server.Status;

/// <summary>The JSON of <c>GET /api/rubato/status</c> (docs/api.md), names in snake case.</summary>
internal sealed record ServerStatus
{
    public required string Version { get; init; }

    /// <summary>The Tempo release whose APIs this version speaks.</summary>
    public required string TempoVersion { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public required double UptimeSeconds { get; init; }

    public required bool MultitenancyEnabled { get; init; }

    public required bool Ready { get; init; }

    public required IReadOnlyList<ModuleStatus> Modules { get; init; }

    /// <summary>Addresses, warnings, sizes of all tenants together: null, and so not in the answer, for a login that is limited to tenants.</summary>
    public required IReadOnlyList<ListenerStatus>? Listeners { get; init; }

    /// <summary>As <see cref="Listeners"/>.</summary>
    public required IReadOnlyList<string>? ConfigWarnings { get; init; }

    /// <summary>As <see cref="Listeners"/>.</summary>
    public required StoreStatus? Store { get; init; }

    /// <summary>As <see cref="Listeners"/>.</summary>
    public required IReadOnlyList<CacheStatus>? Caches { get; init; }

    /// <summary>Whether <c>POST /api/rubato/demo</c> would make orders.</summary>
    public required bool DemoEnabled { get; init; }

    /// <summary>Those that were asked for, and no others.</summary>
    public required IReadOnlyList<TenantStatus> Tenants { get; init; }

    /// <summary>The newest of these tenants.</summary>
    public required IReadOnlyList<BlockStatus> NewestBlocks { get; init; }
}

internal sealed record ModuleStatus(string Name, string Status);

internal sealed record ListenerStatus(string Name, string Address);

/// <param name="Backend">local, s3, gcs or azure.</param>
/// <param name="WalBytes">Of the write-ahead log, of all tenants.</param>
/// <param name="DiskFreeBytes">Where the write-ahead log lies; null where the system does not say.</param>
internal sealed record StoreStatus(string Backend, long WalBytes, long? DiskFreeBytes, long? DiskBytes);

/// <param name="Roles">What it keeps.</param>
/// <param name="Bytes">Held now; null for a cache outside of the process.</param>
internal sealed record CacheStatus(string Name, IReadOnlyList<string> Roles, long? Bytes, long? MaxBytes, long? Hits, long? Misses);

internal sealed record TenantStatus(
    string Name, IngestStatus Ingest, RecentStatus Recent, BlocksStatus Blocks, IReadOnlyDictionary<string, string> Limits);

/// <summary>Rates are those of the last minute, totals those since the start.</summary>
/// <param name="Refused">Spans by reason.</param>
internal sealed record IngestStatus(double SpansPerSecond, double BytesPerSecond, long Spans, long Bytes, IReadOnlyDictionary<string, long> Refused);

/// <summary>Spans that no block holds yet.</summary>
internal sealed record RecentStatus(long Spans, long Bytes);

/// <param name="SetAside">Damaged blocks that queries go without.</param>
internal sealed record BlocksStatus(int Count, long Bytes, long Spans, long Traces, DateTimeOffset? Oldest, DateTimeOffset? Newest, int SetAside);

internal sealed record BlockStatus(string Tenant, string Id, DateTimeOffset Start, DateTimeOffset End, long Spans, long Traces, long Bytes, int CompactionLevel);
