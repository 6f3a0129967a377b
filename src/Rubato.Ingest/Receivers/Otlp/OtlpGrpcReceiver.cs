using Grpc.Core;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers.Otlp;

/// <summary>OTLP over gRPC: <c>opentelemetry.proto.collector.trace.v1.TraceService/Export</c>.</summary>
public sealed class OtlpGrpcReceiver(ISpanSink sink, TenantResolver tenants) : IUnaryReceiver
{
    private static readonly PushSource Source = new("otlp", "grpc");

    public static string Service => "opentelemetry.proto.collector.trace.v1.TraceService";

    public static string Method => "Export";

    public async Task<byte[]> HandleAsync(PooledBytes request, ServerCallContext call)
    {
        using (request)
        {
            var tenant = ReceiverGrpc.TenantOf(call, tenants);
            var result = await sink.PushAsync(tenant, request.Memory, Source, call.CancellationToken);
            return result.Status == PushStatus.Accepted ? RpcStatus.ExportResponse(result.RejectedSpans, result.Message) : throw ReceiverGrpc.Error(result);
        }
    }
}
