using System.Text;
using System.Text.Json;
using Rubato.Configuration.Options;

namespace Rubato.Configuration;

/// <summary>What the sections of the remote stores cannot say key by key. Sections of backends that are not chosen are only echoed.</summary>
internal static class ObjectStoreValidator
{
    private const long SmallestS3Part = 5 << 20;
    private const long LargestS3Part = int.MaxValue;

    public static void Check(TraceStorageOptions trace, ConfigValues values, Action<string, string> error, Action<string, string> warn)
    {
        switch (trace.Backend)
        {
            case "s3":
                CheckS3(trace.S3, values, error, warn);
                break;
            case "gcs" when trace.Gcs.BucketName.Length == 0:
                error("storage.trace.gcs.bucket_name", "must not be empty with backend gcs");
                break;
            case "azure":
                CheckAzure(trace.Azure, error);
                break;
        }

        if (values.Contains("storage.trace.s3.native_aws_auth_enabled"))
            warn("storage.trace.s3.native_aws_auth_enabled", "is ignored; credentials are found without it");
        if (values.Contains("storage.trace.azure.use_v2_sdk"))
            warn("storage.trace.azure.use_v2_sdk", "is ignored; there is one library only");
    }

    private static void CheckS3(S3StorageOptions s3, ConfigValues values, Action<string, string> error, Action<string, string> warn)
    {
        if (s3.Bucket.Length == 0)
            error("storage.trace.s3.bucket", "must not be empty with backend s3");
        if (s3.AccessKey.Length > 0 != s3.SecretKey.Length > 0)
            error(s3.AccessKey.Length > 0 ? "storage.trace.s3.secret_key" : "storage.trace.s3.access_key", "is empty; set both access_key and secret_key, or neither");
        if (s3.PartSize != 0 && s3.PartSize is < SmallestS3Part or > LargestS3Part)
            error("storage.trace.s3.part_size", $"must be 0 or {SmallestS3Part} (the smallest part that S3 takes) to {LargestS3Part}");
        if (s3.SignatureV2)
            error("storage.trace.s3.signature_v2", "is not supported: only version 4 signatures are; every S3 since 2014 takes them");
        if (s3.RetryBackoffMax < s3.RetryBackoffInitial)
            error("storage.trace.s3.retry_backoff_max", "is shorter than retry_backoff_initial");
        if (s3.Endpoint.StartsWith("http", StringComparison.OrdinalIgnoreCase) && s3.Endpoint.Contains("://", StringComparison.Ordinal)
            && values.Contains("storage.trace.s3.insecure") && s3.Insecure != s3.Endpoint.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
            warn("storage.trace.s3.insecure", $"{(s3.Insecure ? "true" : "false")} is overruled by the scheme of endpoint");
        CheckEncryption(s3.Sse, error);
    }

    private static void CheckEncryption(S3EncryptionSettings sse, Action<string, string> error)
    {
        if (sse.Type == "SSE-C" && Encoding.UTF8.GetByteCount(sse.EncryptionKey) != 32)
            error("storage.trace.s3.sse.encryption_key", "must have exactly 32 bytes with SSE-C");
        if (sse.KmsEncryptionContext.Length == 0)
            return;
        try
        {
            using var context = JsonDocument.Parse(sse.KmsEncryptionContext);
            if (context.RootElement.ValueKind == JsonValueKind.Object)
                return;
        }
        catch (JsonException)
        {
            // Said below.
        }

        error("storage.trace.s3.sse.kms_encryption_context", "must be a JSON object");
    }

    private static void CheckAzure(AzureStorageOptions azure, Action<string, string> error)
    {
        if (azure.ContainerName.Length == 0)
            error("storage.trace.azure.container_name", "must not be empty with backend azure");
        if (azure is { UseManagedIdentity: true, UseFederatedToken: true })
            error("storage.trace.azure.use_federated_token", "cannot be combined with use_managed_identity");
    }
}
