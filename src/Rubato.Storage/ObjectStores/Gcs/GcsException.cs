namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>An answer of Google's storage API that is not a success.</summary>
internal sealed class GcsException(int statusCode, string reason, string message) : Exception(message)
{
    public int StatusCode => statusCode;

    /// <summary>The API's word, such as notFound; empty where the body had none.</summary>
    public string Reason => reason;

    /// <summary>Object and bucket share the reason; only the sentence tells them apart.</summary>
    public bool IsMissingBucket => statusCode == 404 && Message.Contains("bucket does not exist", StringComparison.OrdinalIgnoreCase);

    public bool IsAbsent => statusCode == 404 && !IsMissingBucket;
}
