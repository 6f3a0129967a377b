using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.S3;

/// <summary>What <c>storage.trace.s3</c> says, checked. Docs of the keys: docs/operating/object-stores.md.</summary>
public sealed record S3StoreOptions
{
    public required string Bucket { get; init; }

    /// <summary>host[:port], with or without scheme; empty for Amazon's own by region.</summary>
    public string Endpoint { get; init; } = "";

    public string Region { get; init; } = "";

    public string AccessKey { get; init; } = "";

    public string SecretKey { get; init; } = "";

    public string SessionToken { get; init; } = "";

    /// <summary>Plain HTTP.</summary>
    public bool Insecure { get; init; }

    public bool ForcePathStyle { get; init; }

    public S3BucketLookup BucketLookup { get; init; }

    public bool DualStack { get; init; }

    /// <summary>0 for the default.</summary>
    public int PartBytes { get; init; }

    public string StorageClass { get; init; } = "";

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    public S3EncryptionOptions Encryption { get; init; } = new();

    public StoreTlsOptions Tls { get; init; } = new();
}
