namespace Rubato.Storage.ObjectStores.S3;

/// <summary><c>storage.trace.s3.sse</c>: encryption by the store.</summary>
public sealed record S3EncryptionOptions
{
    /// <summary>SSE-S3, SSE-KMS, SSE-C, or empty for the bucket's default.</summary>
    public string Type { get; init; } = "";

    public string KmsKeyId { get; init; } = "";

    /// <summary>A JSON object of texts.</summary>
    public string KmsEncryptionContext { get; init; } = "";

    /// <summary>SSE-C: 32 bytes.</summary>
    public string EncryptionKey { get; init; } = "";
}
