using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Rubato.Ingest.Receivers;

/// <summary>What every HTTP receiver does the same way: read a body within a limit, undo its encoding, answer.</summary>
internal static class ReceiverHttp
{
    /// <summary>More than most requests have.</summary>
    private const int FirstBufferBytes = 128 * 1024;

    /// <summary>The whole body, decoded. The caller disposes it.</summary>
    /// <param name="limit">Bytes, before and after decompression.</param>
    /// <exception cref="BodyTooLargeException">The body is longer than the limit.</exception>
    /// <exception cref="ReceiversBusyException">Too much is being received at once.</exception>
    /// <exception cref="InvalidDataException">The Content-Encoding is not known, or the body is not of it.</exception>
    /// <exception cref="BadHttpRequestException">The sender broke off or was too slow.</exception>
    public static async Task<PooledBytes> ReadBodyAsync(HttpContext http, int limit)
    {
        var encoding = http.Request.Headers.ContentEncoding.ToString();
        if (!ContentDecoding.IsKnown(encoding)) throw new InvalidDataException($"unsupported Content-Encoding: {encoding}");
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = (long)limit + 1;
        if (http.Request.ContentLength > limit) throw new BodyTooLargeException(limit);

        // A length that is only claimed takes no memory: the buffer grows with what comes.
        var body = new PooledBytes((int)Math.Min(http.Request.ContentLength ?? 64 * 1024, Math.Min(FirstBufferBytes, limit)), limit);
        try
        {
            var reader = http.Request.BodyReader;
            while (true)
            {
                var read = await reader.ReadAsync(http.RequestAborted);
                try
                {
                    foreach (var piece in read.Buffer)
                    {
                        piece.Span.CopyTo(body.GetSpan(piece.Length));
                        body.Advance(piece.Length);
                    }
                }
                finally
                {
                    // Also of a body that is refused: the server reads on to its end, to use the connection again.
                    reader.AdvanceTo(read.Buffer.End);
                }

                if (read.IsCompleted) break;
            }

            return ContentDecoding.Decode(encoding, body, limit);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Whether reading or decoding failed because of what was sent: an answer is due, and it is the sender's to act.</summary>
    public static bool IsSendersFault(Exception e) => e is BodyTooLargeException or InvalidDataException or FormatException or BadHttpRequestException;

    /// <summary>What to tell the sender about a failure for which <see cref="IsSendersFault"/> holds.</summary>
    public static string Explain(Exception e) =>
        e is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } ? "http: request body too large" : e.Message;

    /// <summary>The content type without its parameters, in lower case; empty where there is none.</summary>
    public static string MediaType(string? contentType)
    {
        if (contentType is null) return "";
        var end = contentType.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? contentType : contentType[..end]).Trim().ToLowerInvariant();
    }

    public static Task TextAsync(HttpContext http, int status, string text) => WriteAsync(http, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    public static async Task WriteAsync(HttpContext http, int status, string contentType, byte[] body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        http.Response.ContentLength = body.Length;
        await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    /// <summary>An answer without body, such as 202.</summary>
    public static Task EmptyAsync(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        http.Response.ContentLength = 0;
        return Task.CompletedTask;
    }
}
