using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers.Otlp;

/// <summary>
/// OTLP over gRPC: <c>opentelemetry.proto.collector.trace.v1.TraceService/Export</c>. The message is taken as bytes:
/// generated classes would cost 7 us and 3.7 kB of garbage for each span (research/storage-experiment.md, section 5).
/// </summary>
public sealed class OtlpGrpcReceiver(ISpanSink sink, TenantResolver tenants)
{
    private static readonly PushSource Source = new("otlp", "grpc");

    public async Task<byte[]> ExportAsync(PooledBytes request, ServerCallContext call)
    {
        using (request)
        {
            var header = call.RequestHeaders.GetValue("x-scope-orgid");
            if (!tenants.TryResolve(header, out var tenant, out var problem, out var tenantMessage))
            {
                throw new RpcException(new Status(
                    problem == TenantProblem.Missing ? StatusCode.Unauthenticated : StatusCode.InvalidArgument, tenantMessage));
            }

            var result = await sink.PushAsync(tenant, request.Memory, Source, call.CancellationToken);
            return result.Status switch
            {
                PushStatus.Accepted => RpcStatus.ExportResponse(result.RejectedSpans, result.Message),
                PushStatus.Malformed => throw Error(StatusCode.Internal, result),
                PushStatus.RateLimited => throw Error(StatusCode.ResourceExhausted, result),
                PushStatus.Unavailable => throw Error(StatusCode.Unavailable, result),
                _ => throw Error(StatusCode.InvalidArgument, result),
            };
        }
    }

    private static RpcException Error(StatusCode code, in PushResult result)
    {
        var trailers = new Metadata();
        if (result.RetryAfter is { } delay) trailers.Add("grpc-status-details-bin", RpcStatus.ToProtobuf((int)code, result.Message, delay));
        return new RpcException(new Status(code, result.Message), trailers);
    }
}

/// <summary>Describes the service to gRPC without generated code: one unary method over bytes.</summary>
public sealed class OtlpGrpcMethodProvider : IServiceMethodProvider<OtlpGrpcReceiver>
{
    private static readonly Marshaller<PooledBytes> Requests = new(
        static (_, _) => throw new NotSupportedException("the server sends no requests"),
        static context =>
        {
            var payload = context.PayloadAsReadOnlySequence();
            var bytes = new PooledBytes((int)payload.Length, int.MaxValue);
            foreach (var piece in payload)
            {
                piece.Span.CopyTo(bytes.GetSpan(piece.Length));
                bytes.Advance(piece.Length);
            }

            return bytes;
        });

    private static readonly Marshaller<byte[]> Responses = new(static bytes => bytes, static bytes => bytes);

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<OtlpGrpcReceiver> context)
    {
        var method = new Method<PooledBytes, byte[]>(
            MethodType.Unary, "opentelemetry.proto.collector.trace.v1.TraceService", "Export", Requests, Responses);
        context.AddUnaryMethod(method, [], static (receiver, request, call) => receiver.ExportAsync(request, call));
    }
}
