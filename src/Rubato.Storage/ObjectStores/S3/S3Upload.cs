using Amazon.S3;
using Amazon.S3.Model;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.S3;

/// <summary>A multipart upload. Parts are numbered from 1 there.</summary>
internal sealed class S3Upload(AmazonS3Client client, string bucket, string key, string uploadId, S3Encryption encryption, Func<ReadOnlyMemory<byte>, string?> seal)
    : IStoreUpload
{
    private readonly SortedDictionary<int, string> _parts = [];

    public bool IsParallel => true;

    public async Task SendPartAsync(int number, long offset, ReadOnlyMemory<byte> content, bool isLast, CancellationToken cancellationToken)
    {
        var digest = seal(content);
        var request = new UploadPartRequest
        {
            BucketName = bucket,
            Key = key,
            UploadId = uploadId,
            PartNumber = number + 1,
            PartSize = content.Length,
            InputStream = MemoryBody.Of(content),
            IsLastPart = isLast,
            UseChunkEncoding = false,
            DisablePayloadSigning = digest is not null,
            MD5Digest = digest,
        };
        encryption.Apply(request);
        var response = await client.UploadPartAsync(request, cancellationToken);
        lock (_parts)
            _parts[number + 1] = response.ETag;
    }

    public async Task CompleteAsync(CancellationToken cancellationToken) =>
        await client.CompleteMultipartUploadAsync(
            new CompleteMultipartUploadRequest
            {
                BucketName = bucket,
                Key = key,
                UploadId = uploadId,
                PartETags = [.. _parts.Select(part => new PartETag(part.Key, part.Value))],
            },
            cancellationToken);

    public async Task AbortAsync(CancellationToken cancellationToken) =>
        await client.AbortMultipartUploadAsync(
            new AbortMultipartUploadRequest { BucketName = bucket, Key = key, UploadId = uploadId }, cancellationToken);
}
