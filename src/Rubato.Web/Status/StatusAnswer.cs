namespace Rubato.Web.Status;

/// <summary>The answer of <c>api/rubato/status</c>; see docs/api.md. Without a tenant where the server has tenants, only <see cref="MultitenancyEnabled"/> is set.</summary>
public sealed record StatusAnswer
{
    public string Version { get; init; } = "";

    public string TempoVersion { get; init; } = "";

    public DateTimeOffset StartedAt { get; init; }

    public double UptimeSeconds { get; init; }

    public bool MultitenancyEnabled { get; init; }

    public bool Ready { get; init; }

    public IReadOnlyList<NamedStatus> Modules { get; init; } = [];

    public IReadOnlyList<NamedAddress> Listeners { get; init; } = [];

    public IReadOnlyList<string> ConfigWarnings { get; init; } = [];

    /// <summary>Null, and the lists around it empty, for a login that is limited to tenants: the server keeps its own affairs to itself.</summary>
    public StoreFigures? Store { get; init; }

    public IReadOnlyList<CacheFigures> Caches { get; init; } = [];

    public bool DemoEnabled { get; init; }

    public IReadOnlyList<TenantFigures> Tenants { get; init; } = [];

    public IReadOnlyList<BlockFigures> NewestBlocks { get; init; } = [];

    /// <summary>The server told nothing, since it does not know whose data this person may see.</summary>
    public bool LacksTenant => MultitenancyEnabled && Tenants.Count == 0;

    /// <summary>Whether the server told of itself, not of the tenants alone.</summary>
    public bool IsForOperator => Store is not null;

    /// <summary>No span, neither recent nor in blocks.</summary>
    public bool IsEmpty => !LacksTenant && Tenants.All(tenant => tenant.Recent.Spans == 0 && tenant.Blocks.Count == 0);
}

public sealed record NamedStatus(string Name, string Status);

public sealed record NamedAddress(string Name, string Address);

public sealed record StoreFigures(string Backend, long WalBytes, long? DiskFreeBytes, long? DiskBytes);

public sealed record CacheFigures(string Name, IReadOnlyList<string> Roles, long? Bytes, long? MaxBytes, long? Hits, long? Misses)
{
    /// <summary>Null where nothing was asked for.</summary>
    public double? HitShare => Hits + Misses is > 0 and var asked ? (double)Hits! / asked : null;
}

public sealed record TenantFigures(string Name, IngestFigures Ingest, RecentFigures Recent, BlockSums Blocks, IReadOnlyDictionary<string, string> Limits);

public sealed record IngestFigures(double SpansPerSecond, double BytesPerSecond, long Spans, long Bytes, IReadOnlyDictionary<string, long> Refused);

public sealed record RecentFigures(long Spans, long Bytes);

public sealed record BlockSums(int Count, long Bytes, long Spans, long Traces, DateTimeOffset? Oldest, DateTimeOffset? Newest, int SetAside);

public sealed record BlockFigures(string Tenant, string Id, DateTimeOffset Start, DateTimeOffset End, long Spans, long Traces, long Bytes, int CompactionLevel);
