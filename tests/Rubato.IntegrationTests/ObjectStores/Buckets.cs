using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Azure.Storage;
using Azure.Storage.Blobs;

namespace Rubato.IntegrationTests.ObjectStores;

/// <summary>Makes what Rubato never makes itself.</summary>
internal static class Buckets
{
    public const string SwiftUser = "test:tester";
    public const string SwiftKey = "testing-c0ffee";

    /// <summary>Azurite's built-in account; the key is public.</summary>
    public const string AzuriteAccount = "devstoreaccount1";
    public const string AzuriteKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    /// <param name="mayBeRead">By everybody, Swift's user reader too.</param>
    public static async Task CreateAsync(Uri s3, string bucket, bool mayBeRead = false)
    {
        using var client = new AmazonS3Client(
            new BasicAWSCredentials(SwiftUser, SwiftKey),
            new AmazonS3Config { ServiceURL = s3.AbsoluteUri, ForcePathStyle = true, AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
        try
        {
            await client.PutBucketAsync(
                new PutBucketRequest { BucketName = bucket, CannedACL = mayBeRead ? S3CannedACL.PublicRead : S3CannedACL.Private }, TestContext.Current.CancellationToken);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "BucketAlreadyOwnedByYou" or "BucketAlreadyExists")
        {
            // Another test was first.
        }
    }

    public static async Task CreateContainerAsync(Uri azurite, string container)
    {
        var client = new BlobContainerClient(new Uri(azurite, $"/{AzuriteAccount}/{container}"), new StorageSharedKeyCredential(AzuriteAccount, AzuriteKey));
        await client.CreateIfNotExistsAsync(cancellationToken: TestContext.Current.CancellationToken);
    }
}
