using System.Globalization;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>
/// Jaeger's Thrift over HTTP: POST <c>/api/traces</c> with one Batch in the binary protocol (spec/wire-formats.md 3.3). Clients see 202,
/// 400 for what cannot be read, 500 for what cannot be kept.
/// </summary>
/// <param name="maxRequestBodyBytes">Also after decompression.</param>
public sealed partial class JaegerThriftHttpReceiver(ISpanSink sink, TenantResolver tenants, int maxRequestBodyBytes, ILogger<JaegerThriftHttpReceiver> logger)
{
    public const string Path = "/api/traces";

    private static readonly PushSource Source = new("jaeger", "http");

    /// <summary>Handles one request on the receiver's port.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (http.Request.Path != Path)
        {
            await ReceiverHttp.TextAsync(http, StatusCodes.Status404NotFound, "404 page not found\n");
            return;
        }

        if (!HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.Headers.Allow = "POST";
            await ReceiverHttp.EmptyAsync(http, StatusCodes.Status405MethodNotAllowed);
            return;
        }

        if (ContentTypeProblem(http.Request.ContentType) is { } unsupported)
        {
            await RefuseAsync(http, unsupported);
            return;
        }

        try
        {
            if (!tenants.TryResolve(http.Request.Headers[TenantResolver.Header], out var tenant, out _, out var tenantMessage))
            {
                await NotKeptAsync(http, tenantMessage, null);
                return;
            }

            using var body = await ReceiverHttp.ReadBodyAsync(http, maxRequestBodyBytes);
            using var translation = new OtlpTranslation(body.Length);
            if (!JaegerThriftTranslator.TryTranslateBatch(body.Span, translation, out var error)) throw new InvalidDataException(error);
            var result = await sink.PushAsync(tenant, translation.Request, Source, http.RequestAborted);
            if (result.Status == PushStatus.Accepted) await ReceiverHttp.EmptyAsync(http, StatusCodes.Status202Accepted);
            else await NotKeptAsync(http, result.Message, result.RetryAfter);
        }
        catch (Exception e) when (ReceiverHttp.IsSendersFault(e))
        {
            await RefuseAsync(http, "Unable to process request body: " + ReceiverHttp.Explain(e));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The sender is gone; there is nobody to answer.
        }
    }

    private static string? ContentTypeProblem(string? contentType)
    {
        var mediaType = ReceiverHttp.MediaType(contentType);
        if (mediaType is "application/x-thrift" or "application/vnd.apache.thrift.binary") return null;
        return mediaType.Length == 0 ? "Cannot parse content type: mime: no media type" : "Unsupported content type: " + contentType;
    }

    private Task RefuseAsync(HttpContext http, string reason)
    {
        LogBadRequest(logger, reason);
        return ReceiverHttp.TextAsync(http, StatusCodes.Status400BadRequest, HtmlEncoder.Default.Encode(reason));
    }

    // 500 whatever the reason, as Jaeger clients know it (spec/limits-and-overrides.md 2.2); Retry-After for those that look.
    private static Task NotKeptAsync(HttpContext http, string reason, TimeSpan? retryAfter)
    {
        if (retryAfter is { } delay) http.Response.Headers.RetryAfter = ((long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ReceiverHttp.TextAsync(http, StatusCodes.Status500InternalServerError, HtmlEncoder.Default.Encode("Cannot submit Jaeger batch: " + reason));
    }

    [LoggerMessage(EventId = 2301, EventName = "JaegerThriftBadRequest", Level = LogLevel.Debug, Message = "Jaeger Thrift request refused: {Reason}")]
    private static partial void LogBadRequest(ILogger logger, string reason);
}
