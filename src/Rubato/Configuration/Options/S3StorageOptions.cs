namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace.s3</c>: Amazon S3 and what speaks like it.</summary>
internal sealed class S3StorageOptions
{
    /// <summary>Must exist; Rubato never creates buckets.</summary>
    public string Bucket { get; init; } = "";

    /// <summary>Put before every key, so that several servers can share a bucket.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>host[:port]; a scheme is understood and decides over <c>insecure</c>. Empty for Amazon's own, by region.</summary>
    public string Endpoint { get; init; } = "";

    /// <summary>Empty: AWS_REGION, AWS_DEFAULT_REGION, the endpoint's name, us-east-1.</summary>
    public string Region { get; init; } = "";

    public string AccessKey { get; init; } = "";

    [Secret]
    public string SecretKey { get; init; } = "";

    [Secret]
    public string SessionToken { get; init; } = "";

    /// <summary>Plain HTTP.</summary>
    public bool Insecure { get; init; }

    /// <summary>The version before the present signature; no library signs with it any more, so it is refused.</summary>
    [ConfigKey("signature_v2")]
    public bool SignatureV2 { get; init; }

    [ConfigKey("forcepathstyle")]
    public bool ForcePathStyle { get; init; }

    /// <summary>0 by the endpoint, 1 in the host's name, 2 in the path.</summary>
    [ConfigRange(0, 2)]
    public int BucketLookupType { get; init; }

    public bool EnableDualStack { get; init; }

    /// <summary>Ignored: credentials are found without it.</summary>
    public bool NativeAwsAuthEnabled { get; init; }

    /// <summary>Of large objects; 0 for 8 MiB. At least 5 MiB.</summary>
    [Bytes]
    public long PartSize { get; init; }

    /// <summary>A read without an answer for so long is sent once more; 0 for never.</summary>
    public TimeSpan HedgeRequestsAt { get; init; }

    [ConfigRange(0, 100)]
    public int HedgeRequestsUpTo { get; init; } = 2;

    public string StorageClass { get; init; } = "";

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    [ConfigRange(0, 1000)]
    public int ListBlocksConcurrency { get; init; } = 3;

    /// <summary>Tries of a request in all.</summary>
    [ConfigRange(0, 1000)]
    public int RetryMaxAttempts { get; init; } = 10;

    public TimeSpan RetryBackoffInitial { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan RetryBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    public S3EncryptionSettings Sse { get; init; } = new();

    public string TlsCertPath { get; init; } = "";

    public string TlsKeyPath { get; init; } = "";

    public string TlsCaPath { get; init; } = "";

    public string TlsServerName { get; init; } = "";

    public string TlsCipherSuites { get; init; } = "";

    public bool TlsInsecureSkipVerify { get; init; }

    [OneOf("", "VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13")]
    public string TlsMinVersion { get; init; } = "VersionTLS12";
}
