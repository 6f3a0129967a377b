using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers.OpenCensus;

/// <summary>
/// The OpenCensus agent's trace service over gRPC: one stream of messages, which the server never answers before its end (spec/wire-formats.md 6). The first message says who
/// sends; later ones may leave that out.
/// </summary>
public sealed class OpenCensusReceiver(ISpanSink sink, TenantResolver tenants)
{
    private static readonly PushSource Source = new("opencensus", "grpc");

    public async Task ExportAsync(IAsyncStreamReader<PooledBytes> requests, ServerCallContext call)
    {
        var tenant = ReceiverGrpc.TenantOf(call, tenants);
        byte[]? node = null;
        byte[] resource = [];
        while (await requests.MoveNext(call.CancellationToken))
        {
            using var request = requests.Current;
            using var translation = new OtlpTranslation(request.Length);
            try
            {
                // Few bytes, and most messages name nobody: copied where they do.
                var sender = OpenCensusTranslator.FindSender(request.Span);
                if (sender.Node is { } newNode) node = newNode.Of(request.Span).ToArray();
                if (sender.Resource is { } newResource) resource = newResource.Of(request.Span).ToArray();
                if (node is null) throw new RpcException(new Status(StatusCode.InvalidArgument, "protocol violation: Export's first message must have a Node"));
                OpenCensusTranslator.Translate(request.Span, node, resource, translation);
            }
            catch (InvalidDataException e)
            {
                throw new RpcException(new Status(StatusCode.InvalidArgument, e.Message));
            }

            if (translation.Spans == 0) continue;
            var result = await sink.PushAsync(tenant, translation.Request, Source, call.CancellationToken);
            if (result.Status != PushStatus.Accepted) throw ReceiverGrpc.Error(result);
        }
    }
}

/// <summary>Describes the service to gRPC without generated code: one duplex stream of bytes.</summary>
public sealed class OpenCensusMethodProvider : IServiceMethodProvider<OpenCensusReceiver>
{
    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<OpenCensusReceiver> context)
    {
        var method = new Method<PooledBytes, byte[]>(
            MethodType.DuplexStreaming, "opencensus.proto.agent.trace.v1.TraceService", "Export", ReceiverGrpc.Requests, ReceiverGrpc.Responses);
        context.AddDuplexStreamingMethod(method, [], static (receiver, requests, _, call) => receiver.ExportAsync(requests, call));
    }
}
