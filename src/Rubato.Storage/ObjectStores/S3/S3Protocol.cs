using System.Security.Cryptography;
using Amazon;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.S3;

/// <summary>S3 and what speaks like it, by Amazon's SDK with its own retries off.</summary>
/// <remarks>
/// Bodies are checked by the store, in the two ways that every S3 understands: over TLS the payload is not signed and an MD5 goes with it,
/// over plain HTTP its SHA-256 is part of the signature. The SDK's newer trailing checksums fail on Swift, Ceph and older MinIOs.
/// </remarks>
public sealed class S3Protocol : IStoreProtocol
{
    private const int DefaultPartBytes = 8 << 20;

    private readonly S3StoreOptions _options;
    private readonly S3Endpoint _endpoint;
    private readonly S3Encryption _encryption;
    private readonly AmazonS3Client _client;
    private readonly StoreHttp _http;
    private readonly TimeProvider _time;

    /// <param name="http">Owned from here on.</param>
    /// <exception cref="ArgumentException">An option that cannot be used.</exception>
    public S3Protocol(S3StoreOptions options, StoreHttp http, Func<string, string?> environment, TimeProvider time)
    {
        _options = options;
        _http = http;
        _time = time;
        _endpoint = S3Endpoint.Parse(options, environment, out var error) ?? throw new ArgumentException(error);
        _encryption = new S3Encryption(options.Encryption);
        var credentials = S3Credentials.Find(options, environment);
        CredentialSource = credentials.Source;
        _client = new AmazonS3Client(credentials.Credentials, Config());
    }

    public string Backend => "s3";

    public string Place => $"bucket {_options.Bucket} at {_endpoint.Display}";

    public int PartBytes => _options.PartBytes > 0 ? _options.PartBytes : DefaultPartBytes;

    public int MaxParts => 10_000;

    public bool CanListFrom => true;

    /// <summary>Where the credentials were found, without themselves.</summary>
    public string CredentialSource { get; }

    public async Task<byte[]> GetAsync(string key, Action<long> announce, CancellationToken cancellationToken)
    {
        using var response = await AskAsync(key, null, cancellationToken);
        return await BodyReader.ReadAllAsync(response.ResponseStream, response.ContentLength, announce, cancellationToken);
    }

    public async Task GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await AskAsync(key, new ByteRange(offset, offset + into.Length - 1), cancellationToken);
            await BodyReader.ReadRangeAsync(response.ResponseStream, response.ContentLength, (int)response.HttpStatusCode, key, offset, into, cancellationToken);
        }
        catch (AmazonS3Exception e) when ((int)e.StatusCode == 416)
        {
            throw BodyReader.BeyondEnd(key, offset, into.Length, e);
        }
    }

    public async Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        var request = new GetObjectMetadataRequest { BucketName = _options.Bucket, Key = key };
        _encryption.Apply(request);
        try
        {
            var response = await _client.GetObjectMetadataAsync(request, cancellationToken);
            return new ObjectInfo(key, response.ContentLength, Utc(response.LastModified));
        }
        catch (AmazonS3Exception e) when ((int)e.StatusCode == 404)
        {
            // An answer to HEAD has no body that could tell an absent object from an absent bucket. GET has.
            try
            {
                using var response = await AskAsync(key, null, cancellationToken);
                return new ObjectInfo(key, response.ContentLength, Utc(response.LastModified));
            }
            catch (ObjectNotFoundException)
            {
                return null;
            }
        }
    }

    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await _client.PutObjectAsync(PutRequest(key, content), cancellationToken);

    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var request = PutRequest(key, content);
        request.IfNoneMatch = "*";
        try
        {
            await _client.PutObjectAsync(request, cancellationToken);
            return true;
        }
        catch (AmazonS3Exception e) when ((int)e.StatusCode == 412)
        {
            return false;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await _client.DeleteObjectAsync(new DeleteObjectRequest { BucketName = _options.Bucket, Key = key }, cancellationToken);
        }
        catch (AmazonS3Exception e) when (IsAbsent(e))
        {
            throw new ObjectNotFoundException(Backend, key, e);
        }
    }

    public async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var response = await _client.ListObjectsV2Async(
            new ListObjectsV2Request
            {
                BucketName = _options.Bucket,
                Prefix = request.Prefix.Length > 0 ? request.Prefix : null,
                Delimiter = request.ByFolder ? "/" : null,
                ContinuationToken = request.Token,
                StartAfter = request.Token is null ? request.After : null,
            },
            cancellationToken);
        return new ListPage(
            [.. (response.S3Objects ?? []).Select(found => new ObjectInfo(found.Key, found.Size ?? 0, Utc(found.LastModified)))],
            response.CommonPrefixes ?? [],
            response.IsTruncated == true ? response.NextContinuationToken : null);
    }

    public async Task<IStoreUpload> BeginUploadAsync(string key, long? bytes, CancellationToken cancellationToken)
    {
        var request = new InitiateMultipartUploadRequest { BucketName = _options.Bucket, Key = key, ContentType = ContentType };
        if (_options.StorageClass.Length > 0) request.StorageClass = new S3StorageClass(_options.StorageClass);
        if (_options.Tags.Count > 0) request.TagSet = Tags();
        foreach (var (name, value) in _options.Metadata)
            request.Metadata[name] = value;
        _encryption.Apply(request);
        var response = await _client.InitiateMultipartUploadAsync(request, cancellationToken);
        return new S3Upload(_client, _options.Bucket, key, response.UploadId, _encryption, Seal);
    }

    public StoreError Explain(Exception exception) => S3Errors.Explain(exception);

    public string PermissionFor(StoreAction action)
    {
        var bucket = "arn:aws:s3:::" + _options.Bucket;
        return action switch
        {
            // Without the right to list, S3 answers "denied" also where there is nothing.
            StoreAction.Read => $"s3:GetObject on {bucket}/*, and s3:ListBucket on {bucket}",
            StoreAction.Write => $"s3:PutObject and s3:AbortMultipartUpload on {bucket}/*",
            StoreAction.List => $"s3:ListBucket on {bucket}",
            _ => $"s3:DeleteObject on {bucket}/*",
        };
    }

    public void Dispose()
    {
        _client.Dispose();
        _http.Dispose();
    }

    private const string ContentType = "application/octet-stream";

    private async Task<GetObjectResponse> AskAsync(string key, ByteRange? range, CancellationToken cancellationToken)
    {
        var request = new GetObjectRequest { BucketName = _options.Bucket, Key = key, ByteRange = range };
        _encryption.Apply(request);
        try
        {
            return await _client.GetObjectAsync(request, cancellationToken);
        }
        catch (AmazonS3Exception e) when (IsAbsent(e))
        {
            throw new ObjectNotFoundException(Backend, key, e);
        }
    }

    private PutObjectRequest PutRequest(string key, ReadOnlyMemory<byte> content)
    {
        var request = new PutObjectRequest
        {
            BucketName = _options.Bucket,
            Key = key,
            InputStream = MemoryBody.Of(content),
            ContentType = ContentType,
            UseChunkEncoding = false,
            DisablePayloadSigning = !_endpoint.IsHttp,
            MD5Digest = Seal(content),
        };
        if (_options.StorageClass.Length > 0) request.StorageClass = new S3StorageClass(_options.StorageClass);
        if (_options.Tags.Count > 0) request.TagSet = Tags();
        foreach (var (name, value) in _options.Metadata)
            request.Metadata[name] = value;
        _encryption.Apply(request);
        return request;
    }

    /// <summary>The digest that protects an unsigned body on its way; null where the signature does.</summary>
    private string? Seal(ReadOnlyMemory<byte> content)
    {
        if (_endpoint.IsHttp)
            return null;
#pragma warning disable CA5351 // Content-MD5 is what every S3 checks; against accidents, not attackers.
        return Convert.ToBase64String(MD5.HashData(content.Span));
#pragma warning restore CA5351
    }

    private List<Tag> Tags() => [.. _options.Tags.Select(tag => new Tag { Key = tag.Key, Value = tag.Value })];

    private AmazonS3Config Config()
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = _endpoint.IsPathStyle,
            MaxErrorRetry = 0,
            Timeout = Timeout.InfiniteTimeSpan,
            HttpClientFactory = new S3HttpClientFactory(_http),
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            UseHttp = _endpoint.IsHttp,
            UseDualstackEndpoint = _options.DualStack && _endpoint.Url is null,
        };
        if (_endpoint.Url is { } url)
        {
            config.ServiceURL = url.AbsoluteUri;
            config.AuthenticationRegion = _endpoint.Region;
        }
        else
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(_endpoint.Region);
        }

        return config;
    }

    private DateTimeOffset Utc(DateTime? time) => time is { } known ? new DateTimeOffset(known.ToUniversalTime()) : _time.GetUtcNow();

    private static bool IsAbsent(AmazonS3Exception e) => (int)e.StatusCode == 404 && !S3Errors.IsMissingBucket(e);
}
