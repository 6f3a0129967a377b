using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rubato.Model.Otlp;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers.Otlp;

/// <summary>
/// OTLP over HTTP: POST of protobuf or JSON (spec/wire-formats.md 1.3). JSON is turned into protobuf bytes, so that
/// everything behind takes one path.
/// </summary>
public sealed partial class OtlpHttpReceiver(ISpanSink sink, TenantResolver tenants, OtlpHttpOptions options, ILogger<OtlpHttpReceiver> logger)
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";
    private static readonly PushSource Source = new("otlp", "http");

    /// <summary>Handles one request on the receiver's port.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (http.Request.Path != options.TracesPath)
        {
            await ReceiverHttp.TextAsync(http, StatusCodes.Status404NotFound, "404 page not found\n");
            return;
        }

        if (!HttpMethods.IsPost(http.Request.Method))
        {
            await ReceiverHttp.TextAsync(http, StatusCodes.Status405MethodNotAllowed, "405 method not allowed, supported: [POST]");
            return;
        }

        var contentType = ReceiverHttp.MediaType(http.Request.ContentType);
        if (contentType is not (Protobuf or Json))
        {
            await ReceiverHttp.TextAsync(http, StatusCodes.Status415UnsupportedMediaType, "415 unsupported media type, supported: [application/json, application/x-protobuf]");
            return;
        }

        if (!tenants.TryResolve(http.Request.Headers[TenantResolver.Header], out var tenant, out var problem, out var tenantMessage))
        {
            // design.md/limits sheet: 401 for a missing tenant instead of Tempo's retryable 503; 400 for a malformed one.
            if (problem == TenantProblem.Missing) await ErrorAsync(http, contentType, StatusCodes.Status401Unauthorized, RpcCode.Unauthenticated, tenantMessage);
            else await ErrorAsync(http, contentType, StatusCodes.Status400BadRequest, RpcCode.InvalidArgument, tenantMessage);
            return;
        }

        PooledBytes? body = null;
        try
        {
            body = await ReadBodyAsync(http, contentType);
            var result = await sink.PushAsync(tenant, body.Memory, Source, http.RequestAborted);
            await AnswerAsync(http, contentType, result);
        }
        catch (ReceiversBusyException e)
        {
            await AnswerAsync(http, contentType, e.Result);
        }
        catch (Exception e) when (ReceiverHttp.IsSendersFault(e))
        {
            LogBadRequest(logger, e.Message);
            await ErrorAsync(http, contentType, StatusCodes.Status400BadRequest, RpcCode.InvalidArgument, ReceiverHttp.Explain(e));
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The sender is gone; there is nobody to answer.
        }
        finally
        {
            body?.Dispose();
        }
    }

    private async Task<PooledBytes> ReadBodyAsync(HttpContext http, string contentType)
    {
        var body = await ReceiverHttp.ReadBodyAsync(http, options.MaxRequestBodyBytes);
        if (contentType == Protobuf) return body;
        using (body)
        {
            var transcoded = new ProtoWriter(body.Length);
            var result = OtlpJson.Transcode(body.Span, transcoded);
            if (result.Error is { } error) throw new InvalidDataException(error);
            var protobuf = new PooledBytes(transcoded.Length, int.MaxValue);
            transcoded.Written.CopyTo(protobuf.GetSpan(transcoded.Length));
            protobuf.Advance(transcoded.Length);
            return protobuf;
        }
    }

    private static Task AnswerAsync(HttpContext http, string contentType, in PushResult result)
    {
        switch (result.Status)
        {
            case PushStatus.Accepted:
                return contentType == Protobuf
                    ? ReceiverHttp.WriteAsync(http, StatusCodes.Status200OK, contentType, RpcStatus.ExportResponse(result.RejectedSpans, result.Message))
                    : ReceiverHttp.WriteAsync(http, StatusCodes.Status200OK, contentType, PartialSuccessJson(result));
            case PushStatus.RateLimited:
                return ErrorAsync(http, contentType, StatusCodes.Status429TooManyRequests, RpcCode.ResourceExhausted, result.Message, result.RetryAfter);
            case PushStatus.Unavailable:
                return ErrorAsync(http, contentType, StatusCodes.Status503ServiceUnavailable, RpcCode.Unavailable, result.Message, result.RetryAfter);
            default:
                return ErrorAsync(http, contentType, StatusCodes.Status400BadRequest, RpcCode.InvalidArgument, result.Message);
        }
    }

    private static byte[] PartialSuccessJson(in PushResult result)
    {
        if (result.RejectedSpans == 0 && result.Message.Length == 0) return """{"partialSuccess":{}}"""u8.ToArray();
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("partialSuccess");
            json.WriteString("rejectedSpans", result.RejectedSpans.ToString(CultureInfo.InvariantCulture));
            json.WriteString("errorMessage", result.Message);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static Task ErrorAsync(HttpContext http, string contentType, int status, RpcCode code, string message, TimeSpan? retryAfter = null)
    {
        if (retryAfter is { } delay) http.Response.Headers.RetryAfter = ((long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return ReceiverHttp.WriteAsync(http, status, contentType, contentType == Protobuf
            ? RpcStatus.ToProtobuf((int)code, message, retryAfter)
            : RpcStatus.ToJson((int)code, message, retryAfter));
    }

    [LoggerMessage(EventId = 2001, EventName = "OtlpHttpBadRequest", Level = LogLevel.Debug, Message = "OTLP/HTTP request refused: {Reason}")]
    private static partial void LogBadRequest(ILogger logger, string reason);
}
