namespace Rubato.Storage.ObjectStores.Azure;

/// <summary>What <c>storage.trace.azure</c> says, checked. Docs of the keys: docs/operating/object-stores.md.</summary>
public sealed record AzureStoreOptions
{
    public required string Container { get; init; }

    public string AccountName { get; init; } = "";

    public string AccountKey { get; init; } = "";

    public bool UseManagedIdentity { get; init; }

    public bool UseFederatedToken { get; init; }

    /// <summary>Which of several managed identities; empty for the only one.</summary>
    public string UserAssignedId { get; init; } = "";

    public string EndpointSuffix { get; init; } = "blob.core.windows.net";

    public int PartBytes { get; init; }
}
