using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Receiving;

/// <summary><c>rubato load --protocol</c> against the published server: whatever the protocol, all spans arrive, once, at the receiver that it is for.</summary>
public sealed class LoadProtocolTests
{
    [Theory]
    [InlineData("otlp", "receiver=\"otlp/otlp_receiver\",transport=\"grpc\"")]
    [InlineData("otlp-http", "receiver=\"otlp/otlp_receiver\",transport=\"http\"")]
    [InlineData("jaeger-grpc", "receiver=\"jaeger/jaeger_receiver\",transport=\"grpc\"")]
    [InlineData("jaeger-thrift", "receiver=\"jaeger/jaeger_receiver\",transport=\"http\"")]
    [InlineData("zipkin-json", "receiver=\"zipkin/zipkin_receiver\",transport=\"http_v2_json\"")]
    public async Task All_spans_are_found_once(string protocol, string labels)
    {
        await using var server = await RubatoProcess.StartAsync(JaegerTests.JaegerServer.Settings().With("distributor.receivers.zipkin.endpoint", "127.0.0.1:0"));
        using var load = Load.Start(server, spans: 4_000, rate: 20_000, protocol);
        await load.EndAsync();

        Assert.InRange(load.AcknowledgedSpans, 4_000, 5_000);
        Assert.Equal(load.AcknowledgedSpans, await server.Api.MetricAsync("tempo_receiver_accepted_spans", labels));
        Assert.Equal((load.AcknowledgedTraces().Count, load.AcknowledgedSpans), await server.Api.CountAsync());
        await load.AssertAllAcknowledgedAreFoundOnceAsync(server);
    }

    [Fact]
    public async Task A_protocol_that_is_none_is_one_clear_error()
    {
        using var folder = new TestFolder();
        var run = await ProcessRun.RubatoAsync(folder.Path, "load", "--protocol", "udp");

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("rubato: --protocol udp is not a protocol that can be sent: must be one of otlp, otlp-http, jaeger-grpc, jaeger-thrift, zipkin-json", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_of_another_protocol_is_told_apart()
    {
        await using var server = await RubatoProcess.StartAsync(JaegerTests.JaegerServer.Settings());
        var run = await ProcessRun.RubatoAsync(
            server.Folder, "load", "--protocol", "jaeger-grpc", "--target", server.OtlpGrpcAddress.GetLeftPart(UriPartial.Authority), "--spans", "1", "--retries", "0");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("acknowledged  0 spans", run.Output, StringComparison.Ordinal);
        Assert.Contains("UNIMPLEMENTED", run.Output, StringComparison.Ordinal);
    }
}
