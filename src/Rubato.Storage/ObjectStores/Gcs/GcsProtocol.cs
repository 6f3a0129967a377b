using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Rubato.Storage.ObjectStores.Remote;

namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>Google Cloud Storage by its JSON API over HTTP: Google's own client for .NET cannot be restored, its authentication can.</summary>
public sealed class GcsProtocol : IStoreProtocol
{
    internal const string ContentType = "application/octet-stream";
    private const int DefaultPartBytes = 10 << 20;

    private readonly GcsStoreOptions _options;
    private readonly GcsEndpoint _endpoint;
    private readonly GcsToken _token;
    private readonly GcsHttp _gcs;
    private readonly StoreHttp _http;
    private readonly TimeProvider _time;

    /// <param name="http">Owned from here on.</param>
    /// <exception cref="ArgumentException">An option that cannot be used.</exception>
    public GcsProtocol(GcsStoreOptions options, StoreHttp http, Func<string, string?> environment, TimeProvider time)
    {
        _options = options;
        _http = http;
        _time = time;
        _endpoint = GcsEndpoint.Parse(options, environment, out var error) ?? throw new ArgumentException(error);
        var isAnonymous = options.Insecure || _endpoint.IsEmulator;
        _token = new GcsToken(isAnonymous);
        _gcs = new GcsHttp(http, _token);
        CredentialSource = isAnonymous ? "none (insecure)"
            : environment("GOOGLE_APPLICATION_CREDENTIALS") is { Length: > 0 } file ? $"application default credentials (GOOGLE_APPLICATION_CREDENTIALS: {file})"
            : "application default credentials (gcloud's, or the machine's account)";
    }

    public string Backend => "gcs";

    public string Place => $"bucket {_options.Bucket} at {_endpoint.Url.GetLeftPart(UriPartial.Authority)}";

    public int PartBytes => _options.PartBytes > 0 ? _options.PartBytes : DefaultPartBytes;

    /// <summary>As many as there are bytes: parts are only stretches of one stream there.</summary>
    public int MaxParts => int.MaxValue;

    public bool CanListFrom => true;

    /// <summary>Where the credentials were found, without themselves.</summary>
    public string CredentialSource { get; }

    public async Task<byte[]> GetAsync(string key, Action<long> announce, CancellationToken cancellationToken)
    {
        using var response = await DownloadAsync(key, null, cancellationToken);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await BodyReader.ReadAllAsync(body, Length(response), announce, cancellationToken);
    }

    public async Task GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        try
        {
            using var response = await DownloadAsync(key, new RangeHeaderValue(offset, offset + into.Length - 1), cancellationToken);
            await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
            await BodyReader.ReadRangeAsync(body, Length(response), (int)response.StatusCode, key, offset, into, cancellationToken);
        }
        catch (GcsException e) when (e.StatusCode == 416)
        {
            throw BodyReader.BeyondEnd(key, offset, into.Length, e);
        }
    }

    public async Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ObjectUrl(key, "fields=name,size,updated"));
        try
        {
            return Describe(await _gcs.SendAsync(request, GcsJson.Default.GcsObject, cancellationToken));
        }
        catch (GcsException e) when (e.IsAbsent)
        {
            return null;
        }
    }

    public async Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await UploadAsync(key, content, "", cancellationToken);

    public async Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        try
        {
            // Generation 0 is "not there".
            await UploadAsync(key, content, "&ifGenerationMatch=0", cancellationToken);
            return true;
        }
        catch (GcsException e) when (e.StatusCode == 412)
        {
            return false;
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, ObjectUrl(key, ""));
        try
        {
            using var response = await _gcs.SendAsync(request, cancellationToken);
        }
        catch (GcsException e) when (e.IsAbsent)
        {
            throw new ObjectNotFoundException(Backend, key, e);
        }
    }

    public async Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken)
    {
        var query = "fields=nextPageToken,prefixes,items(name,size,updated)&maxResults=1000";
        if (request.Prefix.Length > 0) query += "&prefix=" + Uri.EscapeDataString(request.Prefix);
        if (request.ByFolder) query += "&delimiter=%2F";
        if (request.Token is { } token) query += "&pageToken=" + Uri.EscapeDataString(token);
        // Begins with the name itself, where S3 begins after it; the caller drops what it has already.
        if (request.After is { } after) query += "&startOffset=" + Uri.EscapeDataString(after);
        using var message = new HttpRequestMessage(HttpMethod.Get, Url($"/storage/v1/b/{Uri.EscapeDataString(_options.Bucket)}/o?{query}"));
        var list = await _gcs.SendAsync(message, GcsJson.Default.GcsList, cancellationToken);
        return new ListPage([.. list.Items.Select(Describe)], list.Prefixes, string.IsNullOrEmpty(list.NextPageToken) ? null : list.NextPageToken);
    }

    public async Task<IStoreUpload> BeginUploadAsync(string key, long? bytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, UploadUrl("uploadType=resumable"))
        {
            Content = Description(key, null),
        };
        request.Headers.Add("X-Upload-Content-Type", ContentType);
        using var response = await _gcs.SendAsync(request, cancellationToken);
        var session = response.Headers.Location ?? throw new InvalidDataException("the store began an upload without saying where");
        return new GcsUpload(_gcs, session.IsAbsoluteUri ? session : new Uri(_endpoint.Url, session), this, key);
    }

    public StoreError Explain(Exception exception) => GcsErrors.Explain(exception);

    public string PermissionFor(StoreAction action)
    {
        var right = action switch
        {
            StoreAction.Read => "storage.objects.get",
            StoreAction.Write => "storage.objects.create and storage.objects.delete (to replace)",
            StoreAction.List => "storage.objects.list",
            _ => "storage.objects.delete",
        };
        return $"{right} on bucket {_options.Bucket} (the role Storage Object User has it)";
    }

    public void Dispose()
    {
        _token.Dispose();
        _http.Dispose();
    }

    private async Task<HttpResponseMessage> DownloadAsync(string key, RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, ObjectUrl(key, "alt=media"));
        request.Headers.Range = range;
        try
        {
            return await _gcs.SendAsync(request, cancellationToken);
        }
        catch (GcsException e) when (e.IsAbsent)
        {
            throw new ObjectNotFoundException(Backend, key, e);
        }
    }

    // Description and content in one request; the description has the content's digest, which the store checks.
    private async Task UploadAsync(string key, ReadOnlyMemory<byte> content, string condition, CancellationToken cancellationToken)
    {
#pragma warning disable CA5351 // What the API checks; against accidents, not attackers.
        var digest = Convert.ToBase64String(MD5.HashData(content.Span));
#pragma warning restore CA5351
        using var media = new ReadOnlyMemoryContent(content);
        media.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        using var description = Description(key, digest);
        using var request = new HttpRequestMessage(HttpMethod.Post, UploadUrl("uploadType=multipart" + condition)) { Content = new MultipartContent("related") { description, media } };
        using var response = await _gcs.SendAsync(request, cancellationToken);
    }

    // As bytes, so that the request has a length.
    private ByteArrayContent Description(string key, string? digest)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            new GcsObject
            {
                Name = key,
                ContentType = ContentType,
                CacheControl = _options.CacheControl.Length > 0 ? _options.CacheControl : null,
                Metadata = _options.Metadata.Count > 0 ? _options.Metadata : null,
                Md5Hash = digest,
            },
            GcsJson.Default.GcsObject);
        return new ByteArrayContent(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", "UTF-8") } };
    }

    private ObjectInfo Describe(GcsObject found) => new(found.Name ?? "", found.Size, found.Updated ?? _time.GetUtcNow());

    private Uri ObjectUrl(string key, string query) =>
        Url($"/storage/v1/b/{Uri.EscapeDataString(_options.Bucket)}/o/{Uri.EscapeDataString(key)}{(query.Length > 0 ? "?" + query : "")}");

    private Uri UploadUrl(string query) => Url($"/upload/storage/v1/b/{Uri.EscapeDataString(_options.Bucket)}/o?{query}");

    private Uri Url(string pathAndQuery) => new(_endpoint.Url, pathAndQuery);

    // Answers may be chunked; then the length stands elsewhere.
    private static long Length(HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentLength is { } length)
            return length;
        if (response.Content.Headers.ContentRange is { HasRange: true } range)
            return range.To!.Value - range.From!.Value + 1;
        return response.Headers.TryGetValues("X-Goog-Stored-Content-Length", out var stored) && long.TryParse(stored.First(), NumberStyles.None, CultureInfo.InvariantCulture, out length)
            ? length
            : throw new InvalidDataException("the store answered without a length");
    }
}
