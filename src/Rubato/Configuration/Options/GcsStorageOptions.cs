namespace Rubato.Configuration.Options;

/// <summary><c>storage.trace.gcs</c>: Google Cloud Storage.</summary>
internal sealed class GcsStorageOptions
{
    /// <summary>Must exist; Rubato never creates buckets.</summary>
    public string BucketName { get; init; } = "";

    public string Prefix { get; init; } = "";

    /// <summary>Of large objects.</summary>
    [Bytes]
    [ConfigRange(0, 1 << 30)]
    public long ChunkBufferSize { get; init; } = 10_485_760;

    /// <summary>Another address than storage.googleapis.com, such as an emulator's.</summary>
    public string Endpoint { get; init; } = "";

    public TimeSpan HedgeRequestsAt { get; init; }

    [ConfigRange(0, 100)]
    public int HedgeRequestsUpTo { get; init; } = 2;

    /// <summary>Without credentials: for emulators. Plain HTTP where the endpoint names no scheme.</summary>
    public bool Insecure { get; init; }

    public string ObjectCacheControl { get; init; } = "";

    public IReadOnlyDictionary<string, string> ObjectMetadata { get; init; } = new Dictionary<string, string>();

    [ConfigRange(0, 1000)]
    public int ListBlocksConcurrency { get; init; } = 3;

    [ConfigRange(0, 1000)]
    public int MaxRetries { get; init; } = 3;
}
