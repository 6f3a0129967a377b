using Grpc.Core;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>Jaeger over gRPC: <c>jaeger.api_v2.CollectorService/PostSpans</c> (spec/wire-formats.md 2).</summary>
public sealed class JaegerGrpcReceiver(ISpanSink sink, TenantResolver tenants) : IUnaryReceiver
{
    private static readonly PushSource Source = new("jaeger", "grpc");

    public static string Service => "jaeger.api_v2.CollectorService";

    public static string Method => "PostSpans";

    public async Task<byte[]> HandleAsync(PooledBytes request, ServerCallContext call)
    {
        using (request)
        {
            var tenant = ReceiverGrpc.TenantOf(call, tenants);
            using var translation = Translate(request);
            var result = await sink.PushAsync(tenant, translation.Request, Source, call.CancellationToken);
            // PostSpansResponse has no fields: what was rejected in part can only be counted.
            return result.Status == PushStatus.Accepted ? [] : throw ReceiverGrpc.Error(result);
        }
    }

    private static OtlpTranslation Translate(PooledBytes request)
    {
        var translation = new OtlpTranslation(request.Length);
        try
        {
            return JaegerProtoTranslator.TryTranslate(request.Span, translation, out var error) ? translation : throw new RpcException(new Status(StatusCode.Internal, error));
        }
        catch (InvalidDataException e)
        {
            translation.Dispose();
            throw new RpcException(new Status(StatusCode.ResourceExhausted, e.Message));
        }
        catch
        {
            translation.Dispose();
            throw;
        }
    }
}
