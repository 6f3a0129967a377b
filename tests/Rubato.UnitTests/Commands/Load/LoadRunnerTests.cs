using Rubato.Commands.Load;
using Xunit;

namespace Rubato.UnitTests.Commands.Load;

/// <summary>The load against a real listener: what arrives, what is counted, what is sent again.</summary>
public sealed class LoadRunnerTests
{
    // Status { 1: 8, 2: "slow", 3: Any { 1: type, 2: RetryInfo { 1: Duration { 2: 1 ms } } } }
    private static readonly byte[] RetryInOneMillisecond =
    [
        0x08, 8, 0x12, 4, (byte)'s', (byte)'l', (byte)'o', (byte)'w',
        0x1A, 50, 0x0A, 40, .. "type.googleapis.com/google.rpc.RetryInfo"u8, 0x12, 6, 0x0A, 4, 0x10, 0xC0, 0x84, 0x3D,
    ];

    // ExportTraceServiceResponse { 1: { 1: 3, 2: "bad id" } }
    private static readonly byte[] ThreeRejected = [0x0A, 10, 0x08, 3, 0x12, 6, .. "bad id"u8];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public async Task Run_EveryRequestArrivesOnceAndIsInTheAckFile(bool grpc, bool gzip)
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc);
        var acks = new FileInfo(Path.GetTempFileName());
        LoadOptions options = Options(receiver, grpc) with
        {
            Spans = 2_500, AckFile = acks, Tenant = "team-a", Compression = gzip ? LoadCompression.Gzip : LoadCompression.None,
        };

        LoadResult result = await new LoadRunner(options, TimeProvider.System).RunAsync(Cancel);

        LoadShape shape = LoadRunner.CreateShape(options);
        long requests = shape.RequestsFor(2_500);
        HashSet<string> expected = [.. Enumerable.Range(0, (int)requests).Select(n => Text(shape, n))];
        Assert.Equal(expected, receiver.Bodies.Select(Convert.ToHexString).ToHashSet());
        Assert.Equal(requests, receiver.Bodies.Count);
        Assert.All(receiver.Tenants, tenant => Assert.Equal("team-a", tenant));
        Assert.Equal(shape.Request(requests).FirstSpan, result.AcknowledgedSpans);
        Assert.Equal((requests, 0, 0, null), (result.AcknowledgedRequests, result.RefusedSpans, result.Retries, result.Stopped));
        Assert.Equal(
            Enumerable.Range(0, (int)requests).Select(n => shape.Request(n)).Select(r => (r.FirstTrace, r.LastTrace, r.SpanCount)),
            AckFile.Read(acks.FullName).Order());
        acks.Delete();
    }

    [Theory]
    [InlineData(14, false, true)]
    [InlineData(8, true, true)]
    [InlineData(8, false, false)]
    [InlineData(3, false, false)]
    public async Task Run_GrpcRefusedOnce_SendsAgainOnlyWhatOtlpSaysIsRetryable(int status, bool retryInfo, bool again)
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        receiver.Answer = n => n == 0 ? new FakeAnswer(status, "no, sorry") { Body = retryInfo ? RetryInOneMillisecond : [] } : new FakeAnswer();

        LoadResult result = await new LoadRunner(Options(receiver, grpc: true), TimeProvider.System).RunAsync(Cancel);

        string reason = Assert.Single(again ? result.RetryReasons : result.Refusals).Key;
        Assert.EndsWith(": no, sorry", reason);
        Assert.Equal(again ? 1 : 0, result.Retries);
        Assert.Equal(again, result.RefusedSpans == 0);
        Assert.Equal(again ? 2 : 1, receiver.Bodies.Count);
        Assert.Single(receiver.Bodies.Select(Convert.ToHexString).Distinct());
    }

    [Theory]
    [InlineData(429, true)]
    [InlineData(503, true)]
    [InlineData(400, false)]
    public async Task Run_HttpRefusedOnce_SendsAgainOnlyWhatOtlpSaysIsRetryable(int status, bool again)
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: false);
        receiver.Answer = n => n == 0 ? new FakeAnswer(status, "0") { Body = [0x12, 4, .. "slow"u8] } : new FakeAnswer();

        LoadResult result = await new LoadRunner(Options(receiver, grpc: false), TimeProvider.System).RunAsync(Cancel);

        Assert.Equal($"HTTP {status}: slow", Assert.Single(again ? result.RetryReasons : result.Refusals).Key);
        Assert.Equal(again, result.RefusedSpans == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_PartialSuccess_CountsTheRejectedAndLeavesTheRequestOutOfTheAckFile(bool grpc)
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc);
        receiver.Answer = _ => new FakeAnswer { Body = ThreeRejected };
        var acks = new FileInfo(Path.GetTempFileName());

        LoadResult result = await new LoadRunner(Options(receiver, grpc) with { AckFile = acks }, TimeProvider.System).RunAsync(Cancel);

        Assert.Equal(new KeyValuePair<string, long>("partial success: bad id", 3), Assert.Single(result.Refusals));
        Assert.Equal(DecodedSpan.Request(receiver.Bodies.Single()).Count - 3, result.AcknowledgedSpans);
        Assert.Empty(AckFile.Read(acks.FullName));
        acks.Delete();
    }

    [Fact]
    public async Task Run_NobodyListens_StopsAndSaysSo()
    {
        FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        await receiver.DisposeAsync();
        LoadOptions options = Options(receiver, grpc: true) with { Retries = 0, Spans = 100_000 };

        LoadResult result = await new LoadRunner(options, TimeProvider.System).RunAsync(Cancel);

        Assert.Contains("does not answer", result.Stopped);
        Assert.Equal(0, result.AcknowledgedSpans);
        Assert.InRange(result.RefusedSpans, 1, 100_000);
    }

    [Fact]
    public void AckFile_LastLineCutOff_IsLeftOut()
    {
        string path = Path.GetTempFileName();
        File.WriteAllText(path, "0 41 500\n42 80 49");
        Assert.Equal([(0L, 41L, 500)], AckFile.Read(path));
        File.Delete(path);
    }

    [Theory]
    [InlineData("--connections 0", "--connections 0 is out of range")]
    [InlineData("--rate x", "Cannot parse argument 'x' for option '--rate'")]
    [InlineData("--rate NaN", "--rate NaN is out of range")]
    [InlineData("--protocol udp", "--protocol udp is not a protocol that can be sent: must be one of otlp, otlp-http, jaeger-grpc, jaeger-thrift, zipkin-json")]
    [InlineData("--start-time soon", "Cannot parse argument 'soon' for option '--start-time'")]
    [InlineData("--rate -1", "--rate -1 is out of range")]
    [InlineData("--spans 0", "--spans 0 is out of range")]
    [InlineData("--target localhost:4317", "--target localhost:4317 is not an address")]
    public void Command_BadValue_IsOneClearError(string arguments, string expected) =>
        Assert.StartsWith(expected, Assert.Single(LoadCommand.Create().Parse(arguments).Errors).Message);

    private static LoadOptions Options(FakeOtlpReceiver receiver, bool grpc) => new()
    {
        Target = receiver.Address,
        Protocol = grpc ? LoadProtocol.Otlp : LoadProtocol.OtlpHttp,
        Connections = 2,
        Rate = 0,
        Spans = 1,
        StartUnixNano = 1_700_000_000_000_000_000,
    };

    private static string Text(LoadShape shape, long number)
    {
        var buffer = new byte[shape.MaxRequestBytes];
        return Convert.ToHexString(buffer, 0, shape.Write(number, buffer));
    }
}
