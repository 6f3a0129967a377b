using Rubato.Model.Tenants;

namespace Rubato.Ingest.Generator;

/// <summary>What holds for all tenants.</summary>
public sealed record GeneratorOptions
{
    /// <summary>Folder of the remote write logs, one below it for each tenant.</summary>
    public required string StoragePath { get; init; }

    public IReadOnlyList<RemoteWriteOptions> RemoteWrite { get; init; } = [];

    /// <summary>How long stopping waits for endpoints that take samples; what they did not take stays in the log.</summary>
    public TimeSpan FlushDeadline { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Whether each request names its tenant in <c>X-Scope-OrgID</c>.</summary>
    public bool AddTenantHeader { get; init; }

    /// <summary>Headers of a tenant's requests, above those of the endpoints. Asked for each request.</summary>
    public Func<TenantId, IReadOnlyDictionary<string, string>> Headers { get; init; } = static _ => new Dictionary<string, string>();

    /// <summary>Bytes of a tenant's log; the oldest collections go first.</summary>
    public long MaxLogBytes { get; init; } = 1L << 30;

    /// <summary>What holds for a tenant now. Asked for each request: cheap.</summary>
    public required Func<TenantId, GeneratorSettings> Settings { get; init; }
}
