namespace Rubato.Storage.ObjectStores.S3;

/// <summary><c>bucket_lookup_type</c>: where in the URL the bucket stands.</summary>
public enum S3BucketLookup
{
    /// <summary>In the host's name at Amazon, in the path elsewhere.</summary>
    Auto,

    /// <summary>In the host's name.</summary>
    Dns,

    /// <summary>In the path.</summary>
    Path,
}
