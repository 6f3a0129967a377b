using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Rubato.Testing.ObjectStores;

/// <summary>
/// Google Cloud Storage's JSON API as Google documents it: media, multipart and resumable uploads with their 308s, generation preconditions,
/// pages of listings, MD5 checks. No emulator of it can be installed here; Google's own client for Node is run against this one from outside.
/// </summary>
/// <remarks>https://cloud.google.com/storage/docs/json_api/v1</remarks>
public sealed class FakeGcsServer(string bucket, TimeProvider time) : FakeStoreServer
{
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);
    private long _sessionIds;

    /// <summary>Requests must carry it; empty for none.</summary>
    public string Token { get; init; } = "";

    public int PageSize { get; init; } = 1000;

    /// <summary>A stretch of a resumable upload is taken only up to here each time, as the real one may; 0 for all.</summary>
    public int TakesAtOnce { get; init; }

    public int OpenUploads => _sessions.Count;

    protected override async Task HandleAsync(HttpContext context)
    {
        var path = RawPath(context);
        if (path == "/token")
        {
            await GiveTokenAsync(context);
            return;
        }

        var query = context.Request.Query;
        var isUpload = path.StartsWith("/upload/", StringComparison.Ordinal);
        var parts = (isUpload ? path["/upload".Length..] : path).TrimStart('/').Split('/');
        // storage v1 b BUCKET [o [KEY]]
        var key = parts.Length > 5 ? Uri.UnescapeDataString(parts[5]) : query["name"].ToString();
        var isList = !isUpload && parts.Length == 5 && context.Request.Method == "GET";
        var (fault, isAnswered) = await MeetFaultAsync(context, isList ? "LIST" : context.Request.Method, isList ? query["prefix"].ToString() : key);
        if (isAnswered)
            return;
        if (Token.Length > 0 && context.Request.Headers.Authorization != "Bearer " + Token)
        {
            await RefuseAsync(context, 401, "authError", "Invalid Credentials");
            return;
        }

        if (parts.Length < 4 || Uri.UnescapeDataString(parts[3]) != bucket)
        {
            await RefuseAsync(context, 404, "notFound", "The specified bucket does not exist.");
            return;
        }

        switch (context.Request.Method)
        {
            case "GET" when parts.Length == 4:
                await WriteJsonAsync(context, new JsonObject { ["kind"] = "storage#bucket", ["name"] = bucket });
                break;
            case "GET" when isList:
                await ListAsync(context);
                break;
            case "GET":
                await GetAsync(context, key, fault);
                break;
            case "DELETE" when isUpload:
                _sessions.TryRemove(query["upload_id"].ToString(), out _);
                context.Response.StatusCode = 499;
                break;
            case "DELETE":
                if (Objects.Remove(key)) context.Response.StatusCode = 204;
                else await RefuseAsync(context, 404, "notFound", $"No such object: {bucket}/{key}");
                break;
            case "POST" when isUpload && query["uploadType"] == "resumable":
                await BeginAsync(context);
                break;
            case "POST" when isUpload:
                await UploadAsync(context, fault);
                break;
            case "PUT" when isUpload:
                await ContinueAsync(context, fault);
                break;
            default:
                await RefuseAsync(context, 501, "notImplemented", "The fake does not know this request.");
                break;
        }
    }

    protected override Task RefuseAsync(HttpContext context, int status, string code, string message)
    {
        context.Response.StatusCode = status;
        return WriteJsonAsync(context, new JsonObject
        {
            ["error"] = new JsonObject
            {
                ["code"] = status,
                ["message"] = message,
                ["errors"] = new JsonArray(new JsonObject { ["message"] = message, ["domain"] = "global", ["reason"] = code }),
            },
        });
    }

    // Google's token server: a signed assertion in, a token out. Whose key signed is not looked at.
    private async Task GiveTokenAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync();
        var isAssertion = form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer" && form["assertion"].ToString().Split('.').Length == 3;
        if (!isAssertion || Token.Length == 0) context.Response.StatusCode = 400;
        await WriteJsonAsync(context, isAssertion && Token.Length > 0
            ? new JsonObject { ["access_token"] = Token, ["expires_in"] = 3600, ["token_type"] = "Bearer" }
            : new JsonObject { ["error"] = "invalid_grant", ["error_description"] = "Invalid grant: account not found" });
    }

    private async Task GetAsync(HttpContext context, string key, FakeFault? fault)
    {
        if (Objects.Find(key) is not { } found)
        {
            await RefuseAsync(context, 404, "notFound", $"No such object: {bucket}/{key}");
            return;
        }

        if (context.Request.Query["alt"] != "media")
        {
            await WriteJsonAsync(context, Describe(found));
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.Headers["X-Goog-Stored-Content-Length"] = found.Content.Length.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Goog-Hash"] = "md5=" + Digest(found.Content);
        var body = found.Content.AsMemory();
        if (context.Request.GetTypedHeaders().Range?.Ranges.Single() is { } range && fault is not { IgnoresRange: true })
        {
            var from = range.From!.Value;
            if (from >= body.Length)
            {
                context.Response.StatusCode = 416;
                await context.Response.WriteAsync("The requested range cannot be satisfied.");
                return;
            }

            var to = Math.Min(range.To ?? long.MaxValue, body.Length - 1);
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{body.Length}";
            body = body.Slice((int)from, (int)(to - from + 1));
        }

        await SendBodyAsync(context, body, fault);
    }

    private async Task ListAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var after = query["pageToken"] is { Count: > 0 } token ? Encoding.UTF8.GetString(Convert.FromBase64String(token.ToString())) : null;
        var limit = int.TryParse(query["maxResults"].ToString(), CultureInfo.InvariantCulture, out var wanted) ? Math.Min(wanted, PageSize) : PageSize;
        var (objects, folders, next) = Objects.Page(
            query["prefix"].ToString(), query["delimiter"].ToString(), after, query["startOffset"] is { Count: > 0 } from ? from.ToString() : null, limit);
        var list = new JsonObject { ["kind"] = "storage#objects" };
        if (next is not null) list["nextPageToken"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(next));
        if (folders.Count > 0) list["prefixes"] = new JsonArray([.. folders.Select(f => JsonValue.Create(f))]);
        if (objects.Count > 0) list["items"] = new JsonArray([.. objects.Select(Describe)]);
        await WriteJsonAsync(context, list);
    }

    private async Task UploadAsync(HttpContext context, FakeFault? fault)
    {
        var query = context.Request.Query;
        var description = new JsonObject();
        byte[] content;
        if (query["uploadType"] == "multipart")
        {
            var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(context.Request.ContentType).Boundary).Value!;
            var reader = new MultipartReader(boundary, context.Request.Body);
            description = (JsonObject)(await JsonNode.ParseAsync((await reader.ReadNextSectionAsync())!.Body))!;
            content = await ReadAsync((await reader.ReadNextSectionAsync())!.Body);
        }
        else
        {
            content = await ReadAsync(context.Request.Body);
        }

        await StoreAsync(context, description["name"]?.GetValue<string>() ?? query["name"].ToString(), content, description, query["ifGenerationMatch"] == "0", fault);
    }

    private async Task BeginAsync(HttpContext context)
    {
        var body = await ReadAsync(context.Request.Body);
        var description = body.Length > 0 ? (JsonObject)JsonNode.Parse(body)! : [];
        var query = context.Request.Query;
        var id = "session-" + Interlocked.Increment(ref _sessionIds).ToString(CultureInfo.InvariantCulture);
        var name = description["name"]?.GetValue<string>() ?? query["name"].ToString();
        _sessions[id] = new Session(name, description, query["ifGenerationMatch"] == "0");
        context.Response.Headers.Location = $"{Address.GetLeftPart(UriPartial.Authority)}/upload/storage/v1/b/{Uri.EscapeDataString(bucket)}/o?uploadType=resumable&name={Uri.EscapeDataString(name)}&upload_id={id}";
    }

    private async Task ContinueAsync(HttpContext context, FakeFault? fault)
    {
        var id = context.Request.Query["upload_id"].ToString();
        if (!_sessions.TryGetValue(id, out var session))
        {
            await RefuseAsync(context, 404, "notFound", "No such upload session.");
            return;
        }

        var range = context.Request.Headers.ContentRange.ToString();
        var body = await ReadAsync(context.Request.Body);
        // "bytes */*" or "bytes */TOTAL" only asks. No header at all is the whole content.
        if (!range.Contains('*', StringComparison.Ordinal) || range[^1] == '*' && !range.StartsWith("bytes *", StringComparison.Ordinal))
        {
            var from = range.Length == 0 ? 0 : long.Parse(range["bytes ".Length..range.IndexOf('-', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
            if (from != session.Content.Length || (range.EndsWith('*') && body.Length % (256 << 10) != 0))
            {
                await RefuseAsync(context, 400, "badRequest", $"Invalid range {range} after {session.Content.Length} bytes, or not a multiple of 256 KiB.");
                return;
            }

            session.Content.Write(body, 0, TakesAtOnce > 0 ? Math.Min(TakesAtOnce, body.Length) : body.Length);
        }

        var total = range.Length == 0 ? session.Content.Length : range.EndsWith('*') ? -1 : long.Parse(range[(range.IndexOf('/', StringComparison.Ordinal) + 1)..], CultureInfo.InvariantCulture);
        if (fault is { LosesAnswer: true } && total != session.Content.Length)
        {
            context.Abort();
            return;
        }

        if (total == session.Content.Length)
        {
            await StoreAsync(context, session.Name, session.Content.ToArray(), session.Description, session.OnlyIfAbsent, fault);
            if (fault is not { LosesAnswer: true }) _sessions.TryRemove(id, out _);
            return;
        }

        context.Response.StatusCode = 308;
        if (session.Content.Length > 0) context.Response.Headers["Range"] = $"bytes=0-{session.Content.Length - 1}";
    }

    private async Task StoreAsync(HttpContext context, string name, byte[] content, JsonObject description, bool onlyIfAbsent, FakeFault? fault)
    {
        if (description["md5Hash"]?.GetValue<string>() is { } digest && digest != Digest(content))
        {
            await RefuseAsync(context, 400, "invalid", "Provided MD5 hash does not match calculated one.");
            return;
        }

        var metadata = (description["metadata"] as JsonObject)?.ToDictionary(m => m.Key, m => m.Value!.GetValue<string>(), StringComparer.Ordinal) ?? [];
        if (description["cacheControl"]?.GetValue<string>() is { } cacheControl) metadata["cacheControl"] = cacheControl;
        var stored = new FakeObject(name, content, time.GetUtcNow(), metadata);
        if (!onlyIfAbsent)
        {
            Objects.Put(stored);
        }
        else if (!Objects.TryCreate(stored))
        {
            await RefuseAsync(context, 412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
            return;
        }

        if (fault is { LosesAnswer: true }) context.Abort();
        else await WriteJsonAsync(context, Describe(stored));
    }

    private JsonObject Describe(FakeObject stored) => new()
    {
        ["kind"] = "storage#object",
        ["name"] = stored.Key,
        ["bucket"] = bucket,
        ["generation"] = "1",
        ["size"] = stored.Content.Length.ToString(CultureInfo.InvariantCulture),
        ["md5Hash"] = Digest(stored.Content),
        ["crc32c"] = Checksum(stored.Content),
        ["updated"] = stored.Modified.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture),
    };

    private static async Task<byte[]> ReadAsync(Stream body)
    {
        var buffer = new MemoryStream();
        await body.CopyToAsync(buffer);
        return buffer.ToArray();
    }

#pragma warning disable CA5351 // As the API has it.
    private static string Digest(byte[] content) => Convert.ToBase64String(MD5.HashData(content));
#pragma warning restore CA5351

    // CRC32C, its bytes in network order.
    private static string Checksum(byte[] content)
    {
        var crc = uint.MaxValue;
        foreach (var one in content) crc = BitOperations.Crc32C(crc, one);
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, ~crc);
        return Convert.ToBase64String(bytes);
    }

    private static async Task WriteJsonAsync(HttpContext context, JsonObject body)
    {
        context.Response.ContentType = "application/json; charset=UTF-8";
        await context.Response.WriteAsync(body.ToJsonString(JsonSerializerOptions.Default));
    }

    private sealed record Session(string Name, JsonObject Description, bool OnlyIfAbsent)
    {
        public MemoryStream Content { get; } = new();
    }
}
