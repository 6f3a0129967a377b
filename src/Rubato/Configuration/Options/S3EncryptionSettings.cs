namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace.s3.sse</c>: encryption by the store.</summary>
internal sealed class S3EncryptionSettings
{
    [OneOf("", "SSE-KMS", "SSE-S3", "SSE-C")]
    public string Type { get; init; } = "";

    /// <summary>SSE-KMS: which key; empty for the account's default.</summary>
    public string KmsKeyId { get; init; } = "";

    /// <summary>SSE-KMS: a JSON object of texts.</summary>
    [Secret]
    public string KmsEncryptionContext { get; init; } = "";

    /// <summary>SSE-C: 32 characters.</summary>
    [Secret]
    public string EncryptionKey { get; init; } = "";
}
