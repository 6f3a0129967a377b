using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Receivers;

/// <summary>
/// What every gRPC receiver does the same way: take messages as bytes (generated classes would cost 7 us and 3.7 kB of garbage for
/// each span, research/storage-experiment.md, section 5), find the tenant, turn failures into statuses.
/// </summary>
internal static class ReceiverGrpc
{
    /// <summary>Requests as bytes; who handles one disposes it.</summary>
    public static readonly Marshaller<PooledBytes> Requests = new(
        static (_, _) => throw new NotSupportedException("the server sends no requests"),
        static context =>
        {
            var payload = context.PayloadAsReadOnlySequence();
            try
            {
                var bytes = new PooledBytes((int)payload.Length, int.MaxValue);
                foreach (var piece in payload)
                {
                    piece.Span.CopyTo(bytes.GetSpan(piece.Length));
                    bytes.Advance(piece.Length);
                }

                return bytes;
            }
            catch (ReceiversBusyException e)
            {
                throw Error(e.Result);
            }
        });

    public static readonly Marshaller<byte[]> Responses = new(static bytes => bytes, static bytes => bytes);

    /// <exception cref="RpcException">No tenant, or not a good one.</exception>
    public static TenantId TenantOf(ServerCallContext call, TenantResolver tenants)
    {
        var header = call.RequestHeaders.GetValue("x-scope-orgid");
        if (tenants.TryResolve(header, out var tenant, out var problem, out var message)) return tenant;
        throw new RpcException(new Status(problem == TenantProblem.Missing ? StatusCode.Unauthenticated : StatusCode.InvalidArgument, message));
    }

    /// <summary>The status of a push that was not accepted, with RetryInfo where a retry makes sense.</summary>
    public static RpcException Error(in PushResult result) => result.Status switch
    {
        PushStatus.Malformed => Error(StatusCode.Internal, result),
        PushStatus.RateLimited => Error(StatusCode.ResourceExhausted, result),
        PushStatus.Unavailable => Error(StatusCode.Unavailable, result),
        _ => Error(StatusCode.InvalidArgument, result),
    };

    private static RpcException Error(StatusCode code, in PushResult result)
    {
        var trailers = new Metadata();
        if (result.RetryAfter is { } delay) trailers.Add("grpc-status-details-bin", RpcStatus.ToProtobuf((int)code, result.Message, delay));
        return new RpcException(new Status(code, result.Message), trailers);
    }
}

/// <summary>A gRPC service without generated code: one unary method from bytes to bytes.</summary>
public interface IUnaryReceiver
{
    /// <summary>The service's full name, such as <c>jaeger.api_v2.CollectorService</c>.</summary>
    static abstract string Service { get; }

    static abstract string Method { get; }

    /// <summary>Handles one call and disposes the request.</summary>
    /// <exception cref="RpcException">The call was refused.</exception>
    Task<byte[]> HandleAsync(PooledBytes request, ServerCallContext call);
}

/// <summary>Describes the service of a <typeparamref name="TReceiver"/> to gRPC.</summary>
public sealed class UnaryMethodProvider<TReceiver> : IServiceMethodProvider<TReceiver>
    where TReceiver : class, IUnaryReceiver
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TReceiver> context)
    {
        var method = new Method<PooledBytes, byte[]>(MethodType.Unary, TReceiver.Service, TReceiver.Method, ReceiverGrpc.Requests, ReceiverGrpc.Responses);
        context.AddUnaryMethod(method, [], static (receiver, request, call) => receiver.HandleAsync(request, call));
    }
}
