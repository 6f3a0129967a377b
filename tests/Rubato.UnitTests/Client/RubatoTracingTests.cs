using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Rubato.Client;
using Rubato.UnitTests.Commands.Load;
using Xunit;

namespace Rubato.UnitTests.Client;

// Not beside each other: tracing listens to the sources of this package, which the other class makes spans with.
[Collection("sources of Rubato.Client")]
public sealed class RubatoTracingTests
{
    private static int _names;

    private readonly string _name = $"client-tests-{Interlocked.Increment(ref _names)}";
    private readonly ListLogger _log = new();

    [Fact]
    public async Task Start_SpansArriveWithResourceTenantAndHeaders()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        RubatoTracingOptions options = Options(receiver.Address);
        options.ServiceVersion = "2.1";
        options.Environment = "test";
        options.Tenant = "blue";
        options.ResourceAttributes["team"] = "x";
        using (RubatoTracing tracing = RubatoTracing.Start(options))
        {
            Send(3);
            Assert.True(tracing.ForceFlush(), _log.Lines.FirstOrDefault());
            Assert.Equal(new ExportStatistics(3, 0, 0, 0, null), tracing.Statistics);
        }

        List<DecodedSpan> spans = Received(receiver);
        Assert.Equal(3, spans.Count);
        Assert.Equal((_name, "2.1", "test", "x"), (spans[0].Service, spans[0].Resource["service.version"], spans[0].Resource["deployment.environment"], spans[0].Resource["team"]));
        Assert.Equal("blue", receiver.Tenants.First());
        Assert.Empty(_log.Lines);
    }

    [Theory]
    [InlineData(1.0, 20, 20)]
    [InlineData(7.0, 20, 20)]
    [InlineData(0.0, 20, 0)]
    [InlineData(-1.0, 20, 0)]
    public async Task Start_SamplingRate_DecidesHowManyAreSent(double rate, int sent, int expected)
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        RubatoTracingOptions options = Options(receiver.Address);
        options.SamplingRate = rate;
        using (RubatoTracing.Start(options))
        {
            Send(sent);
        }

        Assert.Equal(expected, Received(receiver).Count);
    }

    [Fact]
    public void Shutdown_UnreachableServer_ThrowsWithTheReasonAndDoesNotWaitForRetries()
    {
        RubatoTracing tracing = RubatoTracing.Start(Options(new Uri("http://127.0.0.1:" + FreePort())));
        Send(2);

        var error = Assert.Throws<RubatoTracingException>(() => tracing.Shutdown());

        Assert.Contains("2 spans", error.Message, StringComparison.Ordinal);
        Assert.Contains("refused", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, tracing.Statistics.Failed);
        Assert.Contains(_log.Lines, line => line.StartsWith("Error: Failed to export 2 spans in", StringComparison.Ordinal));
        tracing.Shutdown();
        tracing.Dispose();
        tracing.Dispose();
    }

    [Fact]
    public async Task Shutdown_FullQueue_SendsAllThatTheQueueHeldAndCountsTheRest()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        using var open = new ManualResetEventSlim();
        receiver.Answer = _ =>
        {
            open.Wait(TimeSpan.FromSeconds(30));
            return new FakeAnswer();
        };
        RubatoTracingOptions options = Options(receiver.Address);
        options.MaxQueueSize = 100;
        options.MaxExportBatchSize = 10;
        RubatoTracing tracing = RubatoTracing.Start(options);
        Send(250);
        Assert.Equal(150, tracing.Statistics.Dropped);

        open.Set();
        tracing.Shutdown();

        Assert.Equal(100, Received(receiver).Count);
        Assert.Equal(new ExportStatistics(100, 0, 150, 0, null), tracing.Statistics);
        Assert.Equal(150, _log.Lines.Where(l => l.Contains("queue full", StringComparison.Ordinal)).Sum(l => int.Parse(l.Split(' ')[3])));
        Assert.Equal(2, _log.Lines.Count);
    }

    [Fact]
    public async Task Export_ReceiverThatIsAwayForAMoment_IsTriedAgain()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        receiver.Answer = n => n < 2 ? new FakeAnswer(14, "starting") : new FakeAnswer();
        using RubatoTracing tracing = RubatoTracing.Start(Options(receiver.Address));
        Send(1);

        // The batch's own timer may have taken the span: then there is nothing left to flush, and the tries go on by themselves.
        Assert.True(tracing.ForceFlush());
        Assert.True(SpinWait.SpinUntil(() => tracing.Statistics.Exported == 1, TimeSpan.FromSeconds(20)));
        Assert.Equal(3, receiver.Bodies.Count);
    }

    [Theory]
    [InlineData(3, "bad span", "INVALID_ARGUMENT: bad span")]
    [InlineData(8, "rate limited", "RESOURCE_EXHAUSTED: rate limited")]
    [InlineData(99, "", "99")]
    public async Task Export_FinalRefusal_IsNotTriedAgainAndSaysWhy(int status, string message, string expected)
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        receiver.Answer = _ => new FakeAnswer(status, message);
        using RubatoTracing tracing = RubatoTracing.Start(Options(receiver.Address));
        Send(1);

        Assert.False(tracing.ForceFlush());
        Assert.Single(receiver.Bodies);
        Assert.Equal(expected, tracing.Statistics.LastFailure);
    }

    [Fact]
    public async Task Export_ResourceExhaustedWithRetryInfo_ComesBackWhenAsked()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);

        // google.rpc.Status { details: Any { type_url: ".../google.rpc.RetryInfo", value: { retry_delay: { nanos: 1,000,000 } } } }
        byte[] url = "type.googleapis.com/google.rpc.RetryInfo"u8.ToArray();
        byte[] info = [0x0A, 0x04, 0x10, 0xC0, 0x84, 0x3D];
        byte[] any = [0x0A, (byte)url.Length, .. url, 0x12, (byte)info.Length, .. info];
        receiver.Answer = n => n == 0 ? new FakeAnswer(8, "slow down") { Body = [0x08, 0x08, 0x1A, (byte)any.Length, .. any] } : new FakeAnswer();
        using RubatoTracing tracing = RubatoTracing.Start(Options(receiver.Address));
        Send(1);

        Assert.True(tracing.ForceFlush());
        Assert.Equal(2, receiver.Bodies.Count);
    }

    [Fact]
    public async Task Export_PartialSuccess_CountsAndLogsTheRefusedSpans()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        receiver.Answer = _ => new FakeAnswer { Body = [0x0A, 0x07, 0x08, 0x02, 0x12, 0x03, (byte)'b', (byte)'a', (byte)'d'] };
        using RubatoTracing tracing = RubatoTracing.Start(Options(receiver.Address));
        Send(5);

        Assert.True(tracing.ForceFlush());
        Assert.Equal(new ExportStatistics(3, 0, 0, 2, null), tracing.Statistics);
        Assert.Contains("Warning: the receiver refused 2 spans: bad", _log.Lines);
    }

    [Fact]
    public async Task Export_NoAnswer_IsAnExportTimeout()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        using var open = new ManualResetEventSlim();
        receiver.Answer = _ =>
        {
            open.Wait(TimeSpan.FromSeconds(30));
            return new FakeAnswer();
        };
        RubatoTracingOptions options = Options(receiver.Address);
        options.ExportTimeout = TimeSpan.FromMilliseconds(300);
        using (RubatoTracing tracing = RubatoTracing.Start(options))
        {
            Send(1);
            Assert.False(tracing.ForceFlush(TimeSpan.FromSeconds(20)));
            Assert.StartsWith("export timeout", tracing.Statistics.LastFailure, StringComparison.Ordinal);
            open.Set();
        }

        Assert.Contains(_log.Lines, line => line.Contains("export timeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task LogExports_EachRequestIsLoggedAndTheResourceIsStillThere()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        RubatoTracingOptions options = Options(receiver.Address);
        options.LogExports = true;
        using (RubatoTracing tracing = RubatoTracing.Start(options))
        {
            Send(2);
            Assert.True(tracing.ForceFlush());
        }

        Assert.Equal(2, Received(receiver).Count);
        Assert.Matches(@"^Information: Successfully exported 2 spans in \d+\.\d ms$", Assert.Single(_log.Lines));
        Assert.Equal(_name, Received(receiver)[0].Service);
    }

    [Fact]
    public void VerifyConnection_NobodyThere_FailsToStartAndSaysWhere()
    {
        RubatoTracingOptions options = Options(new Uri("http://127.0.0.1:" + FreePort()));
        options.VerifyConnection = true;

        var error = Assert.Throws<RubatoTracingException>(() => RubatoTracing.Start(options));

        Assert.Contains(options.Endpoint.TrimEnd('/'), error.Message, StringComparison.Ordinal);
        Assert.Contains("set VerifyConnection to false", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddRubatoTracing_SectionThenCode_SendsThroughTheHost()
    {
        await using FakeOtlpReceiver receiver = await FakeOtlpReceiver.StartAsync(grpc: true);
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Rubato:Endpoint", receiver.Address.ToString()), new("Rubato:ServiceName", "from-section"), new("Rubato:VerifyConnection", "true")]);
        builder.AddRubatoTracing(options => options.ServiceName = _name);
        using (IHost host = builder.Build())
        {
            await host.StartAsync(TestContext.Current.CancellationToken);
            Send(1);
            Assert.True(host.Services.GetRequiredService<RubatoTracing>().ForceFlush());
            await host.StopAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(_name, Assert.Single(Received(receiver)).Service);
    }

    [Fact]
    public async Task AddRubatoTracing_WrongOptions_EndTheStartWithAllOfThem()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("Rubato:Endpoint", "nonsense://"), new("Rubato:MaxQueueSize", "x")]);
        builder.AddRubatoTracing();
        using IHost host = builder.Build();

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(2, error.Failures.Count());
    }

    private RubatoTracingOptions Options(Uri endpoint) => new()
    {
        Endpoint = endpoint.ToString(), ServiceName = _name, LoggerFactory = _log, BatchTimeout = TimeSpan.FromMinutes(1), ExportTimeout = TimeSpan.FromSeconds(20),
    };

    private void Send(int spans)
    {
        using var source = new ActivitySource(_name);
        for (int i = 0; i < spans; i++)
        {
            Activity.Current = null;
            source.StartActivity("work " + i)?.Dispose();
        }
    }

    private static List<DecodedSpan> Received(FakeOtlpReceiver receiver) => [.. receiver.Bodies.SelectMany(body => DecodedSpan.Request(body))];

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
