using Rubato.Commands.Load;
using Xunit;

namespace Rubato.UnitTests.Commands.Load;

/// <summary>What the senders of protocols other than OTLP do differently: where they send, in how many messages, and which answers ask for another try.</summary>
public sealed class LoadProtocolTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("otlp", false, "/opentelemetry.proto.collector.trace.v1.TraceService/Export application/grpc")]
    [InlineData("otlp", true, "/opentelemetry.proto.collector.trace.v1.TraceService/Export application/grpc")]
    [InlineData("otlp-http", false, "/v1/traces application/x-protobuf")]
    [InlineData("otlp-http", true, "/v1/traces application/x-protobuf")]
    [InlineData("jaeger-grpc", false, "/jaeger.api_v2.CollectorService/PostSpans application/grpc")]
    [InlineData("jaeger-grpc", true, "/jaeger.api_v2.CollectorService/PostSpans application/grpc")]
    [InlineData("jaeger-thrift", false, "/api/traces application/vnd.apache.thrift.binary")]
    [InlineData("jaeger-thrift", true, "/api/traces application/vnd.apache.thrift.binary")]
    [InlineData("zipkin-json", false, "/api/v2/spans application/json")]
    [InlineData("zipkin-json", true, "/api/v2/spans application/json")]
    public async Task Run_EveryMessageGoesWhereItsReceiverIsAndTheRequestIsAcknowledgedOnce(string name, bool split, string expected)
    {
        LoadProtocol protocol = LoadProtocol.Find(name)!;
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(protocol.IsGrpc);
        receiver.Answer = _ => new FakeAnswer(protocol.IsGrpc || protocol.IsOtlp ? 0 : 202);
        var acks = new FileInfo(Path.GetTempFileName());

        LoadResult result = await new LoadRunner(Options(receiver, protocol) with { AckFile = acks, SplitResources = split }, TimeProvider.System).RunAsync(Cancel);

        Assert.Equal(expected, Assert.Single(receiver.Targets.Distinct()));
        Assert.Equal((receiver.Bodies.Count, 0, 0, name), (result.AcknowledgedRequests, result.RefusedSpans, result.Retries, result.Protocol));
        Assert.Equal([(0L, result.AcknowledgedSpans)], AckFile.Read(acks.FullName).Select(ack => (ack.FirstTrace, (long)ack.Spans)));
        Assert.True(split || protocol == LoadProtocol.JaegerThrift == receiver.Bodies.Count > 1, $"{receiver.Bodies.Count} messages");
        acks.Delete();
    }

    [Theory]
    [InlineData("jaeger-thrift", "0", true)]
    [InlineData("jaeger-thrift", "", false)]
    [InlineData("zipkin-json", "0", true)]
    [InlineData("zipkin-json", "", false)]
    [InlineData("otlp-http", "0", false)]
    public async Task Run_ServerError_IsSentAgainWhereTheReceiverHasNoOtherWordForLater(string name, string retryAfter, bool again)
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: false);
        receiver.Answer = n => n == 0 ? new FakeAnswer(500, retryAfter) : new FakeAnswer();

        LoadResult result = await new LoadRunner(Options(receiver, LoadProtocol.Find(name)!), TimeProvider.System).RunAsync(Cancel);

        Assert.Equal("HTTP 500: Internal Server Error", Assert.Single(again ? result.RetryReasons : result.Refusals).Key);
        Assert.Equal(again, result.RefusedSpans == 0);
    }

    [Fact]
    public async Task Run_OneOfTheMessagesRefused_CountsItsSpansAndLeavesTheRequestOutOfTheAckFile()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        receiver.Answer = n => n == 1 ? new FakeAnswer(3, "no") : new FakeAnswer();
        var acks = new FileInfo(Path.GetTempFileName());
        LoadOptions options = Options(receiver, LoadProtocol.JaegerGrpc) with { AckFile = acks, SplitResources = true };

        LoadResult result = await new LoadRunner(options, TimeProvider.System).RunAsync(Cancel);

        Assert.Equal("INVALID_ARGUMENT: no", Assert.Single(result.Refusals).Key);
        Assert.Equal(LoadRunner.CreateShape(options).Request(0).SpanCount, result.AcknowledgedSpans + result.RefusedSpans);
        Assert.Equal(receiver.Bodies.Count - 1, result.AcknowledgedRequests);
        Assert.Empty(AckFile.Read(acks.FullName));
        acks.Delete();
    }

    [Theory]
    [InlineData("grpc", "otlp")]
    [InlineData("HTTP", "otlp-http")]
    [InlineData("Zipkin-Json", "zipkin-json")]
    public void Find_ShortNamesAndAnyCase(string name, string expected) => Assert.Equal(expected, LoadProtocol.Find(name)!.Name);

    private static LoadOptions Options(FakeOtlpReceiver receiver, LoadProtocol protocol) => new()
    {
        Target = receiver.Address,
        Protocol = protocol,
        Connections = 2,
        Rate = 0,
        Spans = 1,
        StartUnixNano = 1_700_000_000_000_000_000,
    };
}
