using Rubato.Configuration.Options;
using Rubato.Storage.ObjectStores.Gcs;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Server;

/// <summary>From the keys of <c>storage.trace.gcs</c> to what the storage project takes.</summary>
internal static class GcsSettings
{
    public static GcsStoreOptions Store(GcsStorageOptions gcs) => new()
    {
        Bucket = gcs.BucketName,
        Endpoint = gcs.Endpoint,
        Insecure = gcs.Insecure,
        PartBytes = (int)gcs.ChunkBufferSize,
        CacheControl = gcs.ObjectCacheControl,
        Metadata = gcs.ObjectMetadata,
    };

    public static RemoteStoreOptions Remote(GcsStorageOptions gcs) => new()
    {
        Prefix = gcs.Prefix,
        MaxAttempts = gcs.MaxRetries + 1,
        HedgeAt = gcs.HedgeRequestsAt,
        HedgeUpTo = gcs.HedgeRequestsUpTo,
        ListConcurrency = Math.Max(1, gcs.ListBlocksConcurrency),
    };
}
