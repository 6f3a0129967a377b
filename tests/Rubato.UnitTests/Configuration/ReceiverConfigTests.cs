using Rubato.Configuration.Options;
using Xunit;

namespace Rubato.UnitTests.Configuration;

/// <summary><c>distributor.receivers</c> of protocols other than OTLP.</summary>
public sealed class ReceiverConfigTests
{
    [Fact]
    public void Protocols_that_are_only_named_have_Tempos_ports_on_this_machine()
    {
        var result = Configs.Load("distributor: {receivers: {jaeger: {protocols: {grpc: , thrift_http: , thrift_compact: , thrift_binary: }}, zipkin: , opencensus: }}");

        Assert.Empty(result.Errors);
        var distributor = result.Config.Distributor;
        Assert.Empty(distributor.OtlpReceivers);
        var jaeger = Assert.Single(distributor.JaegerReceivers);
        Assert.Equal(
            [("localhost", 14250), ("localhost", 14268), ("localhost", 6831), ("localhost", 6832), ("localhost", 9411), ("localhost", 55678)],
            new[]
            {
                jaeger.Grpc!.Endpoint, jaeger.ThriftHttp!.Endpoint, jaeger.ThriftCompact!.Endpoint, jaeger.ThriftBinary!.Endpoint,
                Assert.Single(distributor.ZipkinReceivers).Endpoint, Assert.Single(distributor.OpenCensusReceivers).Endpoint,
            }.Select(e => (e.Host, e.Port)));
        Assert.Equal(6, result.Warnings.Count(w => w.ToString().Contains("has no endpoint", StringComparison.Ordinal)));
    }

    [Fact]
    public void Receivers_may_come_several_times_under_names()
    {
        var result = Configs.Load("""
            distributor:
              receivers:
                jaeger/old: {protocols: {thrift_binary: {endpoint: ":7832", queue_size: 5, workers: 2, max_packet_size: 9000, socket_buffer_size: 1MiB}}}
                zipkin/second: {endpoint: "127.0.0.1:9511", parse_string_tags: true}
                opencensus/x: {endpoint: ":5", max_recv_msg_size_mib: 16}
            """);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        var jaeger = Assert.Single(result.Config.Distributor.JaegerReceivers);
        Assert.Equal("jaeger/old", jaeger.Name);
        Assert.Null(jaeger.Grpc);
        var udp = jaeger.ThriftBinary!;
        Assert.Equal((7832, 5, 2, 9000, 1 << 20), (udp.Endpoint.Port, udp.QueueSize, udp.Workers, udp.MaxPacketSize, udp.SocketBufferSize));
        var zipkin = Assert.Single(result.Config.Distributor.ZipkinReceivers);
        Assert.Equal(("zipkin/second", new ListenEndpoint("127.0.0.1", 9511), true), (zipkin.Name, zipkin.Endpoint, zipkin.ParseStringTags));
        Assert.Equal(16 << 20, Assert.Single(result.Config.Distributor.OpenCensusReceivers).MaxRecvMsgBytes);
    }

    [Theory]
    [InlineData("jaeger: ", "names no protocol; add protocols: with grpc:, thrift_http:, thrift_compact: or thrift_binary:")]
    [InlineData("jaeger: {protocols: {thrift: }}", "jaeger.protocols.thrift: unknown key")]
    [InlineData("jaeger: {protocols: {grpc: {endpoint: \"a:9411\"}}}, zipkin: {endpoint: \"a:9411\"}", "receivers.zipkin.endpoint: port 9411 is taken by distributor.receivers.jaeger.protocols.grpc.endpoint already")]
    [InlineData("jaeger: {protocols: {thrift_compact: {endpoint: \"a:1\"}, thrift_binary: {endpoint: \"a:1\"}}}", "port 1 is taken by")]
    [InlineData("jaeger: {protocols: {thrift_compact: {endpoint: \"a:1\", workers: 0}}}", "workers")]
    [InlineData("otlp: {protocols: {http: {endpoint: \"a:1\", response_headers: {\"bad name\": x}}}}", "otlp.protocols.http.response_headers: 'bad name: x' is no header")]
    [InlineData("zipkin: {endpoint: \"a:1\", response_headers: {x: \"a\\nb\"}}", "zipkin.response_headers: 'x: a")]
    [InlineData("jaeger/2: {protocols: {thrift_http: {endpoint: \"a:1\", response_headers: {x: é}}}}", "jaeger/2.protocols.thrift_http.response_headers")]
    [InlineData("otlp: {protocols: {grpc: {endpoint: \"a:1\", auth: {authenticator: basicauth}}}}", "otlp.protocols.grpc.auth: authenticators of the Collector are not available; server.auth")]
    [InlineData("zipkin/2: {endpoint: \"a:1\", auth: {authenticator: oidc}}", "zipkin/2.auth: authenticators of the Collector are not available")]
    public void A_mistake_is_named(string receivers, string expected) =>
        Assert.Contains(Configs.Load($"distributor: {{receivers: {{{receivers}}}}}").Errors, e => e.ToString().Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void What_receivers_over_HTTP_have_in_common_is_read_for_each()
    {
        var keys = "read_header_timeout: 7s, idle_timeout: 8s, keep_alives_enabled: false, response_headers: {x-by: us}, max_request_body_size: 1KiB";
        var result = Configs.Load($$$"""
            distributor: {receivers: {
              otlp: {protocols: {http: {endpoint: "a:1", {{{keys}}} } } },
              jaeger: {protocols: {thrift_http: {endpoint: "a:2", {{{keys}}} } } },
              zipkin: {endpoint: "a:3", {{{keys}}} } } }
            """);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        var distributor = result.Config.Distributor;
        HttpReceiverOptions[] all = [distributor.OtlpReceivers[0].Http!, distributor.JaegerReceivers[0].ThriftHttp!, distributor.ZipkinReceivers[0]];
        Assert.All(all, http => Assert.Equal(
            (TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(8), false, "us", 1024), (http.ReadHeaderTimeout, http.IdleTimeout, http.KeepAlivesEnabled, http.ResponseHeaders["x-by"], http.MaxRequestBodyBytes)));
    }

    [Theory]
    [InlineData("http", "read_timeout: 3s")]
    [InlineData("http", "write_timeout: 3s")]
    [InlineData("http", "compression_algorithms: [gzip]")]
    [InlineData("http", "include_metadata: true")]
    [InlineData("grpc", "read_buffer_size: 3")]
    [InlineData("grpc", "transport: unix")]
    [InlineData("grpc", "keepalive: {enforcement_policy: {min_time: 3s}}")]
    public void A_key_without_effect_is_named_at_start(string protocol, string key)
    {
        var result = Configs.Load($"distributor: {{receivers: {{otlp: {{protocols: {{{protocol}: {{endpoint: \"a:1\", {key}}}}}}}}}}}");
        Assert.Empty(result.Errors);
        Assert.Contains("is accepted but has no effect yet", Assert.Single(result.Warnings).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void One_number_may_be_a_TCP_and_a_UDP_port() =>
        Assert.Empty(Configs.Load("distributor: {receivers: {jaeger: {protocols: {grpc: {endpoint: \"a:7\"}, thrift_compact: {endpoint: \"a:7\"}}}}}").Errors);

    [Fact]
    public void UDP_with_tenants_gets_a_warning() => Assert.Contains(
        Configs.Load("multitenancy_enabled: true\ndistributor: {receivers: {jaeger: {protocols: {thrift_compact: {endpoint: \"a:1\"}}}}}").Warnings,
        w => w.ToString().Contains("thrift_compact", StringComparison.Ordinal) && w.ToString().Contains("name no tenant", StringComparison.Ordinal));
}
