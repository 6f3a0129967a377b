using Rubato.Configuration.Options;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Storage.ObjectStores.S3;

namespace Rubato.Server;

/// <summary>From the keys of <c>storage.trace.s3</c> to what the storage project takes.</summary>
internal static class S3Settings
{
    public static S3StoreOptions Store(S3StorageOptions s3) => new()
    {
        Bucket = s3.Bucket,
        Endpoint = s3.Endpoint,
        Region = s3.Region,
        AccessKey = s3.AccessKey,
        SecretKey = s3.SecretKey,
        SessionToken = s3.SessionToken,
        Insecure = s3.Insecure,
        ForcePathStyle = s3.ForcePathStyle,
        BucketLookup = (S3BucketLookup)s3.BucketLookupType,
        DualStack = s3.EnableDualStack,
        PartBytes = (int)Math.Min(s3.PartSize, Array.MaxLength),
        StorageClass = s3.StorageClass,
        Tags = s3.Tags,
        Metadata = s3.Metadata,
        Encryption = new S3EncryptionOptions
        {
            Type = s3.Sse.Type,
            KmsKeyId = s3.Sse.KmsKeyId,
            KmsEncryptionContext = s3.Sse.KmsEncryptionContext,
            EncryptionKey = s3.Sse.EncryptionKey,
        },
    };

    public static StoreTlsOptions Tls(S3StorageOptions s3) => new()
    {
        CertPath = s3.TlsCertPath,
        KeyPath = s3.TlsKeyPath,
        CaPath = s3.TlsCaPath,
        ServerName = s3.TlsServerName,
        CipherSuites = s3.TlsCipherSuites,
        InsecureSkipVerify = s3.TlsInsecureSkipVerify,
        MinVersion = s3.TlsMinVersion,
    };

    public static RemoteStoreOptions Remote(S3StorageOptions s3) => new()
    {
        Prefix = s3.Prefix,
        MaxAttempts = Math.Max(1, s3.RetryMaxAttempts),
        BackoffInitial = s3.RetryBackoffInitial,
        BackoffMax = s3.RetryBackoffMax,
        HedgeAt = s3.HedgeRequestsAt,
        HedgeUpTo = s3.HedgeRequestsUpTo,
        ListConcurrency = Math.Max(1, s3.ListBlocksConcurrency),
    };
}
