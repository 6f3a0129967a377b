using Grpc.Core;
using Grpc.Net.Client;
using Rubato.IntegrationTests.Harness;
using Rubato.Testing.OpenCensus;

namespace Rubato.IntegrationTests.Receiving;

/// <summary>The OpenCensus agent's port, with a client of ours: none of others could be had.</summary>
public sealed class OpenCensusTests
{
    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(static (byte[] b) => b, static b => b);

    private static readonly Method<byte[], byte[]> Export = new(MethodType.DuplexStreaming, "opencensus.proto.agent.trace.v1.TraceService", "Export", Raw, Raw);

    [Fact]
    public async Task A_stream_is_kept_its_sender_is_named_once_and_what_is_wrong_ends_it()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("distributor.receivers.opencensus.endpoint", "127.0.0.1:0"));
        using var channel = GrpcChannel.ForAddress(server.Log.Listeners()["opencensus"]);
        var (first, second) = (Make.TraceId(), Make.TraceId());
        var start = Make.Now - 1_000_000_000;

        Assert.Equal(StatusCode.OK, await StreamAsync(channel,
            OpenCensusMessages.Request("shop", OpenCensusMessages.Span(first, 1, start)),
            OpenCensusMessages.Request("", OpenCensusMessages.Span(second, 2, start))));

        Assert.Equal("shop", Assert.Single(await server.Api.TraceAsync(first)).Service);
        var later = Assert.Single(await server.Api.TraceAsync(second));
        Assert.Equal(("shop", "GET /cart", Otlp.Span.Types.SpanKind.Producer), (later.Service, later.Span.Name, later.Span.Kind));
        Assert.Equal(2, await server.Api.MetricAsync("tempo_receiver_accepted_spans", "receiver=\"opencensus/opencensus_receiver\",transport=\"grpc\""));

        Assert.Equal(StatusCode.InvalidArgument, await StreamAsync(channel, OpenCensusMessages.Request("", OpenCensusMessages.Span(Make.TraceId(), 1, start))));
        Assert.Equal(StatusCode.InvalidArgument, await StreamAsync(channel, [0x12, 0x7F]));
        Assert.Equal(2, (await server.Api.CountAsync()).Traces);
    }

    private static async Task<StatusCode> StreamAsync(GrpcChannel channel, params byte[][] messages)
    {
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(
            Export, null, new CallOptions(deadline: DateTime.UtcNow.AddSeconds(60), cancellationToken: TestContext.Current.CancellationToken));
        try
        {
            foreach (var message in messages) await call.RequestStream.WriteAsync(message, TestContext.Current.CancellationToken);
            await call.RequestStream.CompleteAsync();
            Assert.False(await call.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
            return call.GetStatus().StatusCode;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }
}
