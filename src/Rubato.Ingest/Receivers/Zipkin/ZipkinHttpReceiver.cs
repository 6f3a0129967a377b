using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>
/// Zipkin over HTTP (spec/wire-formats.md 5.1): any method and path; a path with <c>api/v1/spans</c> in it is version 1, every other version 2. Clients see 202, 400 for
/// what cannot be read, 500 for what cannot be kept now.
/// </summary>
public sealed partial class ZipkinHttpReceiver(ISpanSink sink, TenantResolver tenants, ZipkinOptions options, TimeProvider time, ILogger<ZipkinHttpReceiver> logger)
{
    private static readonly PushSource V1Json = new("zipkin", "http_v1_json");
    private static readonly PushSource V1Thrift = new("zipkin", "http_v1_thrift");
    private static readonly PushSource V2Json = new("zipkin", "http_v2_json");
    private static readonly PushSource V2Proto = new("zipkin", "http_v2_proto");

    /// <summary>Handles one request on the receiver's port.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        if (!tenants.TryResolve(http.Request.Headers[TenantResolver.Header], out var tenant, out var problem, out var tenantMessage))
        {
            await ReceiverHttp.TextAsync(http, problem == TenantProblem.Missing ? StatusCodes.Status401Unauthorized : StatusCodes.Status400BadRequest, tenantMessage + "\n");
            return;
        }

        try
        {
            var source = SourceOf(http.Request);
            using var body = await ReceiverHttp.ReadBodyAsync(http, options.MaxRequestBodyBytes);
            using var translation = new OtlpTranslation(body.Length);
            Translate(source, body.Span, translation);
            var result = translation.Spans == 0
                ? new PushResult(PushStatus.Accepted, 0, 0, "")
                : await sink.PushAsync(tenant, translation.Request, source, http.RequestAborted);
            await AnswerAsync(http, result);
        }
        catch (Exception e) when (ReceiverHttp.IsSendersFault(e))
        {
            LogBadRequest(logger, e.Message);
            await ReceiverHttp.TextAsync(http, StatusCodes.Status400BadRequest, ReceiverHttp.Explain(e) + "\n");
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The sender is gone; there is nobody to answer.
        }
    }

    private static PushSource SourceOf(HttpRequest request)
    {
        if (request.Path.Value?.Contains("api/v1/spans", StringComparison.Ordinal) == true)
            return ReceiverHttp.MediaType(request.ContentType) == "application/x-thrift" ? V1Thrift : V1Json;
        return request.ContentType == "application/x-protobuf" ? V2Proto : V2Json;
    }

    private void Translate(PushSource source, ReadOnlySpan<byte> body, OtlpTranslation output)
    {
        using var batch = new ZipkinBatch(body.Length);
        if (source == V1Thrift) ZipkinV1ThriftReader.Read(body, batch);
        else if (source == V1Json) ZipkinV1JsonReader.Read(body, batch);
        else if (source == V2Proto) ZipkinProtoReader.Read(body, batch);
        else ZipkinJsonReader.Read(body, batch);

        if (source == V1Thrift || source == V1Json)
            new ZipkinV1Translator(options.ParseStringTags && source == V1Json, (ulong)time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000).Write(batch, output);
        else
            new ZipkinTranslator(options.ParseStringTags).Write(batch, output);
    }

    private static Task AnswerAsync(HttpContext http, in PushResult result)
    {
        switch (result.Status)
        {
            case PushStatus.Accepted:
                return ReceiverHttp.EmptyAsync(http, StatusCodes.Status202Accepted);
            case PushStatus.RateLimited or PushStatus.Unavailable:
                if (result.RetryAfter is { } delay) http.Response.Headers.RetryAfter = ((long)Math.Ceiling(delay.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
                return ReceiverHttp.WriteAsync(http, StatusCodes.Status500InternalServerError, "application/json", "\"Internal Server Error\""u8.ToArray());
            default:
                return ReceiverHttp.WriteAsync(http, StatusCodes.Status400BadRequest, "application/json", "\"Bad Request\""u8.ToArray());
        }
    }

    [LoggerMessage(EventId = 2401, EventName = "ZipkinBadRequest", Level = LogLevel.Debug, Message = "Zipkin request refused: {Reason}")]
    private static partial void LogBadRequest(ILogger logger, string reason);
}
