namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace.azure</c>: Azure Blob Storage.</summary>
internal sealed class AzureStorageOptions
{
    /// <summary>Empty: AZURE_STORAGE_ACCOUNT.</summary>
    public string StorageAccountName { get; init; } = "";

    /// <summary>Empty: AZURE_STORAGE_KEY, AZURE_STORAGE_CONNECTION_STRING, or what the machine is logged in as.</summary>
    [Secret]
    public string StorageAccountKey { get; init; } = "";

    public bool UseManagedIdentity { get; init; }

    public bool UseFederatedToken { get; init; }

    /// <summary>Which of several managed identities (client id).</summary>
    public string UserAssignedId { get; init; } = "";

    /// <summary>Must exist; Rubato never creates containers.</summary>
    public string ContainerName { get; init; } = "";

    public string Prefix { get; init; } = "";

    /// <summary>A domain, or host:port of an emulator.</summary>
    public string EndpointSuffix { get; init; } = "blob.core.windows.net";

    /// <summary>Parts of one object that travel at a time.</summary>
    [ConfigRange(0, 1000)]
    public int MaxBuffers { get; init; } = 4;

    /// <summary>Bytes of a part.</summary>
    [Bytes]
    [ConfigRange(0, 1 << 30)]
    public long BufferSize { get; init; } = 3_145_728;

    public TimeSpan HedgeRequestsAt { get; init; }

    [ConfigRange(0, 100)]
    public int HedgeRequestsUpTo { get; init; } = 2;

    /// <summary>Ignored: there is only one library here.</summary>
    [ConfigKey("use_v2_sdk")]
    public bool UseV2Sdk { get; init; }
}
