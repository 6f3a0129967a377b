namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>What <c>storage.trace.gcs</c> says, checked. Docs of the keys: docs/operating/object-stores.md.</summary>
public sealed record GcsStoreOptions
{
    public required string Bucket { get; init; }

    /// <summary>Empty for Google's own; a URL, with or without <c>/storage/v1</c>, or host:port.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Without credentials; plain HTTP where the endpoint names no scheme.</summary>
    public bool Insecure { get; init; }

    public int PartBytes { get; init; }

    public string CacheControl { get; init; } = "";

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
