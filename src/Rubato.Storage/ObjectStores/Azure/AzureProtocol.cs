using Azure;
using Azure.Core.Pipeline;
using Azure.Storage;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.Azure;

/// <summary>Azure Blob Storage by Microsoft's library with its own retries off. Objects are block blobs.</summary>
public sealed class AzureProtocol : IStoreProtocol
{
    private const int DefaultPartBytes = 4 << 20;

    private readonly AzureStoreOptions _options;
    private readonly BlobContainerClient _container;
    private readonly StoreHttp _http;
    private readonly TimeProvider _time;

    /// <param name="http">Owned from here on.</param>
    /// <exception cref="ArgumentException">An option that cannot be used.</exception>
    public AzureProtocol(AzureStoreOptions options, StoreHttp http, Func<string, string?> environment, TimeProvider time)
    {
        _options = options;
        _http = http;
        _time = time;
        var client = new BlobClientOptions { Transport = new HttpClientTransport(http.Client) };
        client.Retry.MaxRetries = 0;
        client.Retry.NetworkTimeout = Timeout.InfiniteTimeSpan;
        client.Diagnostics.IsLoggingEnabled = false;
        client.Diagnostics.IsTelemetryEnabled = false;
        // An emulator is checked by its account in the path.
        var credentials = AzureCredentials.Open(options, client, environment);
        _container = credentials.Client;
        CredentialSource = credentials.Source;
    }

    public string Backend => "azure";

    public string Place => $"container {_options.Container} at {_container.Uri.GetLeftPart(UriPartial.Path)[..^(_container.Name.Length + 1)]}";

    public int PartBytes => _options.PartBytes > 0 ? _options.PartBytes : DefaultPartBytes;

    public int MaxParts => 50_000;

    public bool CanListFrom => false;

    /// <summary>Where the credentials were found, without themselves.</summary>
    public string CredentialSource { get; }

    public async Task<byte[]> GetAsync(string key, Action<long> announce, CancellationToken cancellationToken)
    {
        using var response = await DownloadAsync(key, default, cancellationToken);
        return await BodyReader.ReadAllAsync(response.Content, response.Details.ContentLength, announce, cancellationToken);
    }

    public async Task GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await DownloadAsync(key, new HttpRange(offset, into.Length), cancellationToken);
            await BodyReader.ReadRangeAsync(response.Content, response.Details.ContentLength, 206, key, offset, into, cancellationToken);
        }
        catch (RequestFailedException e) when (e.Status == 416)
        {
            throw BodyReader.BeyondEnd(key, offset, into.Length, e);
        }
    }

    public async Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            var properties = (await _container.GetBlobClient(key).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return new ObjectInfo(key, properties.ContentLength, properties.LastModified);
        }
        catch (RequestFailedException e) when (IsAbsent(e))
        {
            return null;
        }
    }

    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await UploadAsync(key, content, null, cancellationToken);

    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            await UploadAsync(key, content, new BlobRequestConditions { IfNoneMatch = ETag.All }, cancellationToken);
            return true;
        }
        catch (RequestFailedException e) when (e.Status == 412 || e.ErrorCode == "BlobAlreadyExists")
        {
            return false;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            await _container.GetBlobClient(key).DeleteAsync(DeleteSnapshotsOption.IncludeSnapshots, cancellationToken: cancellationToken);
        }
        catch (RequestFailedException e) when (IsAbsent(e))
        {
            throw new ObjectNotFoundException(Backend, key, e);
        }
    }

    public async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var objects = new List<ObjectInfo>();
        var folders = new List<string>();
        var prefix = request.Prefix.Length > 0 ? request.Prefix : null;
        if (request.ByFolder)
        {
            var list = _container.GetBlobsByHierarchyAsync(new GetBlobsByHierarchyOptions { Delimiter = "/", Prefix = prefix }, cancellationToken);
            await foreach (var page in list.AsPages(request.Token))
            {
                foreach (var item in page.Values)
                {
                    if (item.IsPrefix) folders.Add(item.Prefix);
                    else objects.Add(Describe(item.Blob));
                }

                return new ListPage(objects, folders, Next(page.ContinuationToken));
            }
        }
        else
        {
            await foreach (var page in _container.GetBlobsAsync(new GetBlobsOptions { Prefix = prefix }, cancellationToken).AsPages(request.Token))
            {
                objects.AddRange(page.Values.Select(Describe));
                return new ListPage(objects, folders, Next(page.ContinuationToken));
            }
        }

        return new ListPage(objects, folders, null);

        static string? Next(string? token) => string.IsNullOrEmpty(token) ? null : token;
    }

    public Task<IStoreUpload> BeginUploadAsync(string key, long? bytes, CancellationToken cancellationToken) =>
        Task.FromResult<IStoreUpload>(new AzureUpload(_container.GetBlockBlobClient(key)));

    public StoreError Explain(Exception exception) => AzureErrors.Explain(exception);

    public string PermissionFor(StoreAction action)
    {
        var right = action switch
        {
            StoreAction.Read or StoreAction.List => "blobs/read",
            StoreAction.Write => "blobs/write and blobs/add/action",
            _ => "blobs/delete",
        };
        return $"{right} on container {_options.Container} (the role Storage Blob Data Contributor has it)";
    }

    public void Dispose() => _http.Dispose();

    private async Task<BlobDownloadStreamingResult> DownloadAsync(string key, HttpRange range, CancellationToken cancellationToken)
    {
        try
        {
            return (await _container.GetBlobClient(key).DownloadStreamingAsync(new BlobDownloadOptions { Range = range }, cancellationToken)).Value;
        }
        catch (RequestFailedException e) when (IsAbsent(e))
        {
            throw new ObjectNotFoundException(Backend, key, e);
        }
    }

    private async Task UploadAsync(string key, ReadOnlyMemory<byte> content, BlobRequestConditions? conditions, CancellationToken cancellationToken)
    {
        using var body = MemoryBody.Of(content);
        await _container.GetBlockBlobClient(key).UploadAsync(
            body,
            new BlobUploadOptions
            {
                Conditions = conditions,
                // In one request, so that the condition and the checksum are about the whole.
                TransferOptions = new StorageTransferOptions { InitialTransferSize = Math.Max(1, content.Length), MaximumTransferSize = Math.Max(1, content.Length) },
                TransferValidation = Checksum,
            },
            cancellationToken);
    }

    internal static UploadTransferValidationOptions Checksum => new() { ChecksumAlgorithm = StorageChecksumAlgorithm.MD5 };

    private ObjectInfo Describe(BlobItem blob) =>
        new(blob.Name, blob.Properties.ContentLength ?? 0, blob.Properties.LastModified ?? _time.GetUtcNow());

    private static bool IsAbsent(RequestFailedException e) => e.Status == 404 && !AzureErrors.IsMissingContainer(e);
}
