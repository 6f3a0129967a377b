using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Rubato.Testing.ObjectStores;

/// <summary>
/// S3 as Amazon documents it, for what no server that starts here does: conditional puts with exactly one winner, SlowDown, answers that break
/// off, clocks apart, permissions one by one. Checks what bodies carry (MD5, SHA-256) and whose key id signs; that signatures themselves are right, Swift proves.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/AmazonS3/latest/API/</remarks>
public sealed class FakeS3Server(string bucket, TimeProvider time) : FakeStoreServer
{
    private static readonly XNamespace Xml = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private long _uploadIds;

    public string KeyId { get; init; } = "fake-key-id";

    public int PageSize { get; init; } = 1000;

    /// <summary>Multipart uploads that were begun and neither completed nor aborted.</summary>
    public int OpenUploads => _uploads.Count;

    protected override async Task HandleAsync(HttpContext context)
    {
        var path = RawPath(context).TrimStart('/');
        var slash = path.IndexOf('/');
        var name = slash < 0 ? path : path[..slash];
        var key = slash < 0 ? "" : Uri.UnescapeDataString(path[(slash + 1)..]);
        var query = context.Request.Query;
        var isList = key.Length == 0 && context.Request.Method == "GET";
        var (fault, isAnswered) = await MeetFaultAsync(context, isList ? "LIST" : context.Request.Method, isList ? query["prefix"].ToString() : key);
        if (isAnswered)
            return;
        if (!context.Request.Headers.Authorization.ToString().Contains($"Credential={KeyId}/", StringComparison.Ordinal))
        {
            await RefuseAsync(context, 403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.");
            return;
        }

        if (name != bucket)
        {
            await RefuseAsync(context, 404, "NoSuchBucket", "The specified bucket does not exist");
            return;
        }

        switch (context.Request.Method)
        {
            case "GET" when key.Length == 0:
                await ListAsync(context);
                break;
            case "GET" or "HEAD":
                await GetAsync(context, key, fault);
                break;
            case "PUT" when query.ContainsKey("partNumber"):
                await PutPartAsync(context, fault);
                break;
            case "PUT":
                await PutAsync(context, key, fault);
                break;
            case "POST" when query.ContainsKey("uploads"):
                await BeginAsync(context, key);
                break;
            case "POST" when query.ContainsKey("uploadId"):
                await CompleteAsync(context, key, fault);
                break;
            case "DELETE" when query.ContainsKey("uploadId"):
                _uploads.TryRemove(query["uploadId"].ToString(), out _);
                context.Response.StatusCode = 204;
                break;
            case "DELETE":
                Objects.Remove(key);
                context.Response.StatusCode = 204;
                break;
            default:
                await RefuseAsync(context, 501, "NotImplemented", "The fake does not know this request.");
                break;
        }
    }

    protected override async Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        if (context.Request.Method == "HEAD")
            return;
        await WriteXmlAsync(context, new XElement("Error", new XElement("Code", code), new XElement("Message", message), new XElement("RequestId", "fake")));
    }

    private async Task GetAsync(HttpContext context, string key, FakeFault? fault)
    {
        if (Objects.Find(key) is not { } found)
        {
            await RefuseAsync(context, 404, "NoSuchKey", "The specified key does not exist.");
            return;
        }

        context.Response.Headers.ETag = found.Tag ?? Tag(found.Content);
        context.Response.Headers.LastModified = found.Modified.ToString("R", CultureInfo.InvariantCulture);
        context.Response.ContentType = "application/octet-stream";
        if (context.Request.Method == "HEAD")
        {
            context.Response.ContentLength = found.Content.Length;
            return;
        }

        var body = found.Content.AsMemory();
        if (context.Request.GetTypedHeaders().Range?.Ranges.Single() is { } range && fault is not { IgnoresRange: true })
        {
            var from = range.From!.Value;
            if (from >= body.Length)
            {
                await RefuseAsync(context, 416, "InvalidRange", "The requested range is not satisfiable");
                return;
            }

            var to = Math.Min(range.To ?? long.MaxValue, body.Length - 1);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{body.Length}";
            body = body.Slice((int)from, (int)(to - from + 1));
        }

        await SendBodyAsync(context, body, fault);
    }

    private async Task PutAsync(HttpContext context, string key, FakeFault? fault)
    {
        if (await ReadBodyAsync(context) is not { } content)
            return;
        var stored = new FakeObject(key, content, time.GetUtcNow(), Metadata(context));
        if (context.Request.Headers.IfNoneMatch == "*")
        {
            if (!Objects.TryCreate(stored))
            {
                await RefuseAsync(context, 412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");
                return;
            }
        }
        else
        {
            Objects.Put(stored);
        }

        if (fault is { LosesAnswer: true })
            context.Abort();
        else
            context.Response.Headers.ETag = Tag(content);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var prefix = query["prefix"].ToString();
        var after = query["continuation-token"] is { Count: > 0 } token ? Uri.UnescapeDataString(token.ToString()) : query["start-after"] is { Count: > 0 } start ? start.ToString() : null;
        var (objects, folders, next) = Objects.Page(prefix, query["delimiter"].ToString(), after, null, PageSize);
        await WriteXmlAsync(context, new XElement(
            Xml + "ListBucketResult",
            new XElement(Xml + "Name", bucket),
            new XElement(Xml + "Prefix", prefix),
            new XElement(Xml + "KeyCount", objects.Count + folders.Count),
            new XElement(Xml + "MaxKeys", PageSize),
            new XElement(Xml + "IsTruncated", next is not null),
            next is null ? null : new XElement(Xml + "NextContinuationToken", Uri.EscapeDataString(next)),
            objects.Select(o => new XElement(
                Xml + "Contents",
                new XElement(Xml + "Key", o.Key),
                new XElement(Xml + "LastModified", o.Modified.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)),
                new XElement(Xml + "ETag", Tag(o.Content)),
                new XElement(Xml + "Size", o.Content.Length))),
            folders.Select(f => new XElement(Xml + "CommonPrefixes", new XElement(Xml + "Prefix", f)))));
    }

    private async Task BeginAsync(HttpContext context, string key)
    {
        var id = "upload-" + Interlocked.Increment(ref _uploadIds).ToString(CultureInfo.InvariantCulture);
        _uploads[id] = new Upload(Metadata(context));
        await WriteXmlAsync(context, new XElement(
            Xml + "InitiateMultipartUploadResult", new XElement(Xml + "Bucket", bucket), new XElement(Xml + "Key", key), new XElement(Xml + "UploadId", id)));
    }

    private async Task PutPartAsync(HttpContext context, FakeFault? fault)
    {
        if (await ReadBodyAsync(context) is not { } content)
            return;
        if (!_uploads.TryGetValue(context.Request.Query["uploadId"].ToString(), out var upload))
        {
            await RefuseAsync(context, 404, "NoSuchUpload", "The specified multipart upload does not exist.");
            return;
        }

        upload.Parts[int.Parse(context.Request.Query["partNumber"].ToString(), CultureInfo.InvariantCulture)] = content;
        if (fault is { LosesAnswer: true })
            context.Abort();
        else
            context.Response.Headers.ETag = Tag(content);
    }

    private async Task CompleteAsync(HttpContext context, string key, FakeFault? fault)
    {
        var wanted = XElement.Load(await BufferAsync(context)).Elements().Select(part => int.Parse(part.Elements().First(e => e.Name.LocalName == "PartNumber").Value, CultureInfo.InvariantCulture)).ToList();
        if (!_uploads.TryRemove(context.Request.Query["uploadId"].ToString(), out var upload))
        {
            await RefuseAsync(context, 404, "NoSuchUpload", "The specified multipart upload does not exist.");
            return;
        }

        // Every part but the last has at least 5 MiB, as at Amazon.
        if (wanted.Any(number => !upload.Parts.ContainsKey(number)) || wanted.SkipLast(1).Any(number => upload.Parts[number].Length < 5 << 20))
        {
            await RefuseAsync(context, 400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size");
            return;
        }

        Objects.Put(new FakeObject(key, [.. wanted.SelectMany(number => upload.Parts[number])], time.GetUtcNow(), upload.Metadata) { Tag = "\"fake-2\"" });
        if (fault is { LosesAnswer: true })
            context.Abort();
        else
            await WriteXmlAsync(context, new XElement(Xml + "CompleteMultipartUploadResult", new XElement(Xml + "Key", key), new XElement(Xml + "ETag", "\"fake-2\"")));
    }

    /// <returns>Null when what arrived is not what was sent; then it is answered.</returns>
    private async Task<byte[]?> ReadBodyAsync(HttpContext context)
    {
        var content = (await BufferAsync(context)).ToArray();
        var headers = context.Request.Headers;
        if (headers["x-amz-content-sha256"].ToString() is { Length: 64 } sha && !sha.Equals(Convert.ToHexString(SHA256.HashData(content)), StringComparison.OrdinalIgnoreCase))
        {
            await RefuseAsync(context, 400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
            return null;
        }

#pragma warning disable CA5351 // As the protocol has it.
        if (headers["Content-MD5"].ToString() is { Length: > 0 } md5 && md5 != Convert.ToBase64String(MD5.HashData(content)))
#pragma warning restore CA5351
        {
            await RefuseAsync(context, 400, "BadDigest", "The Content-MD5 you specified did not match what we received.");
            return null;
        }

        return content;
    }

    private static async Task<MemoryStream> BufferAsync(HttpContext context)
    {
        var buffer = new MemoryStream();
        await context.Request.Body.CopyToAsync(buffer, context.RequestAborted);
        buffer.Position = 0;
        return buffer;
    }

    private static Dictionary<string, string> Metadata(HttpContext context) => context.Request.Headers
        .Where(h => h.Key.StartsWith("x-amz-", StringComparison.OrdinalIgnoreCase))
        .ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString(), StringComparer.Ordinal);

#pragma warning disable CA5351 // As the protocol has it; the SDK checks what it reads against it.
    private static string Tag(byte[] content) => '"' + Convert.ToHexStringLower(MD5.HashData(content)) + '"';
#pragma warning restore CA5351

    private static async Task WriteXmlAsync(HttpContext context, XElement element)
    {
        context.Response.ContentType = "application/xml";
        await context.Response.WriteAsync("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + element);
    }

    private sealed record Upload(IReadOnlyDictionary<string, string> Metadata)
    {
        public ConcurrentDictionary<int, byte[]> Parts { get; } = new();
    }
}
