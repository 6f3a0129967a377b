using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Security;

/// <summary>Clients that say nothing, or say it drop by drop, on every port: their connections end, and others are served meanwhile.</summary>
public sealed class SlowClientTests : IAsyncLifetime
{
    private static readonly string[] HttpPorts = ["http", "otlp-http", "jaeger-thrift-http", "zipkin"];
    private static readonly string[] GrpcPorts = ["grpc", "otlp-grpc", "jaeger-grpc", "opencensus"];

    private RubatoProcess? _server;

    private RubatoProcess Server => _server!;

    public async ValueTask InitializeAsync() => _server = await RubatoProcess.StartAsync(EveryReceiver.Settings()
        .With("distributor.receiver_read_header_timeout", "1s").With("server.http_server_read_header_timeout", "1s"));

    public async ValueTask DisposeAsync()
    {
        await AssertOthersAreServedAsync();
        await Server.DisposeAsync();
    }

    [Fact]
    public async Task A_head_that_comes_drop_by_drop_is_408()
    {
        // None of them waits for another: a second for each would hide one that waits longer.
        var answers = HttpPorts.Select(port => RawConnection.DripAsync(AddressOf(port), "POST / HTTP/1.1\r\nHost: a\r\nx: "u8.ToArray(), "y"u8.ToArray()));
        foreach (var answer in await Task.WhenAll(answers)) Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gRPC_connection_without_a_word_ends()
    {
        Assert.All(await Task.WhenAll(GrpcPorts.Select(port => RawConnection.TalkAsync(AddressOf(port), [], keepOpen: true))), Assert.Empty);
        foreach (var port in GrpcPorts)
            Assert.Equal(1, await Server.Api.MetricAsync("rubato_listener_refused_connections_total", $"listener=\"{port}\",reason=\"silent\""));
    }

    [Fact]
    public async Task A_gRPC_head_that_never_ends_ends_its_connection()
    {
        byte[] begin = [.. Http2Bytes.Preface, .. Http2Bytes.CallHead("/a/B", isWhole: false)];
        await Task.WhenAll(GrpcPorts.Select(port => RawConnection.TalkAsync(AddressOf(port), begin, keepOpen: true)));
    }

    [Fact]
    public async Task A_body_that_comes_drop_by_drop_ends_its_connection()
    {
        // Kestrel measures after five seconds of grace, so all at once. Queries have no body that is waited for.
        var http = HttpPorts[1..].Select(port => RawConnection.DripAsync(AddressOf(port), Head(port), "y"u8.ToArray()));
        (string Port, string Method)[] calls = [("otlp-grpc", "/opentelemetry.proto.collector.trace.v1.TraceService/Export"), ("jaeger-grpc", "/jaeger.api_v2.CollectorService/PostSpans")];
        var grpc = calls.Select(call => RawConnection.DripAsync(
            AddressOf(call.Port), [.. Http2Bytes.Preface, .. Http2Bytes.CallHead(call.Method), .. Http2Bytes.BodyPart([0, 0, 1, 0, 0])], Http2Bytes.BodyPart([1])));
        var ended = Task.WhenAll(grpc);
        foreach (var answer in await Task.WhenAll(http)) Assert.Matches("^HTTP/1.1 4(00|08) ", answer);
        await ended;
    }

    private static byte[] Head(string port)
    {
        var (path, type) = port switch
        {
            "otlp-http" => ("/v1/traces", "application/x-protobuf"),
            "zipkin" => ("/api/v2/spans", "application/json"),
            _ => ("/api/traces", "application/x-thrift"),
        };
        return System.Text.Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {type}\r\nContent-Length: 1000000\r\n\r\n");
    }

    private Uri AddressOf(string port) => Server.Log.Listeners()[port];

    private async Task AssertOthersAreServedAsync()
    {
        foreach (var receiver in EveryReceiver.Names)
        {
            var trace = Make.TraceId();
            Assert.Equal("ok", await EveryReceiver.SendAsync(Server, receiver, trace, "after", tenant: null));
            Assert.Single(await Server.Api.TraceAsync(trace));
        }

        Assert.DoesNotContain("level=error", Server.Log.Text, StringComparison.Ordinal);
    }
}
