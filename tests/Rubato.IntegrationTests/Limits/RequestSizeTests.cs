using System.Net;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Security;

namespace Rubato.IntegrationTests.Limits;

/// <summary>Requests that are larger than a port takes (spec/limits-and-overrides.md 1 and 2.2): heads, messages and bodies.</summary>
public sealed class RequestSizeTests
{
    private const string Search = "tempopb.StreamingQuerier";

    [Theory]
    [InlineData("max_recv_msg_size_mib", "1")]
    [InlineData("max_recv_msg_size", "1000000")]
    public async Task An_OTLP_message_over_its_limit_is_RESOURCE_EXHAUSTED(string key, string value)
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("distributor.receivers.otlp.protocols.grpc." + key, value));
        var (small, large) = (Make.TraceId(), Make.TraceId());
        await server.Grpc.SendAsync(Make.Span(small, name: new string('x', 900_000)));
        var error = await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(Make.Span(large, name: new string('x', 1_100_000))));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Single(await server.Api.TraceAsync(small));
        Assert.Empty(await server.Api.TraceAsync(large));
    }

    [Fact]
    public async Task A_message_over_the_limit_of_the_other_gRPC_receivers_is_RESOURCE_EXHAUSTED()
    {
        await using var server = await RubatoProcess.StartAsync(EveryReceiver.Settings());
        var message = new byte[(4 << 20) + 1];
        var jaeger = await Assert.ThrowsAsync<RpcException>(() => JaegerSenders.GrpcAsync(server.Log.Listeners()["jaeger-grpc"], message));
        Assert.Equal(StatusCode.ResourceExhausted, jaeger.StatusCode);
        var openCensus = await Assert.ThrowsAsync<RpcException>(
            () => RawGrpc.DuplexAsync(server.Log.Listeners()["opencensus"], "opencensus.proto.agent.trace.v1.TraceService", "Export", message, tenant: null));
        Assert.Equal(StatusCode.ResourceExhausted, openCensus.StatusCode);
    }

    [Fact]
    public async Task A_question_over_grpc_server_max_recv_msg_size_is_RESOURCE_EXHAUSTED_on_both_ports()
    {
        await using var server = await RubatoProcess.StartAsync(
            new RubatoSettings().With("server.grpc_server_max_recv_msg_size", "2000").With("stream_over_http_enabled", "true"));
        foreach (var address in (Uri[])[server.GrpcAddress, server.Http])
        {
            await RawGrpc.StreamAsync(address, Search, "Search", Question(1000), tenant: null);
            var error = await Assert.ThrowsAsync<RpcException>(() => RawGrpc.StreamAsync(address, Search, "Search", Question(3000), tenant: null));
            Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        }
    }

    [Fact]
    public async Task A_body_over_the_limit_is_400_whether_its_length_is_told_or_not()
    {
        var settings = EveryReceiver.Settings().With("distributor.receivers.zipkin.max_request_body_size", "1000");
        foreach (var section in (string[])["otlp.protocols.http", "jaeger.protocols.thrift_http"]) settings.With($"distributor.receivers.{section}.max_request_body_size", "1000");
        await using var server = await RubatoProcess.StartAsync(settings);
        (string Receiver, string Path, string Type)[] ports =
            [("otlp-http", "/v1/traces", OtlpHttp.Protobuf), ("zipkin", "/api/v2/spans", "application/json"), ("jaeger-thrift-http", "/api/traces", "application/x-thrift")];
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
        foreach (var (receiver, path, type) in ports)
        foreach (var isChunked in (bool[])[false, true])
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Log.Listeners()[receiver], path)) { Content = new ByteArrayContent(new byte[1001]) };
            message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            message.Headers.TransferEncodingChunked = isChunked;
            using var answer = await client.SendAsync(message, TestContext.Current.CancellationToken);
            var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(answer.StatusCode == HttpStatusCode.BadRequest && text.Contains("request body too large", StringComparison.Ordinal), $"{receiver}, chunked {isChunked}: {(int)answer.StatusCode} {text}");
        }
    }

    [Fact]
    public async Task A_body_that_no_query_reads_is_not_waited_for()
    {
        await using var server = await RubatoProcess.StartAsync();
        using var connection = await RawConnection.OpenAsync(server.Http);
        await connection.SendAsync("POST /api/search HTTP/1.1\r\nHost: a\r\nContent-Length: 2147483647\r\n\r\nabc"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReadAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_is_too_large_is_414_or_431()
    {
        await using var server = await RubatoProcess.StartAsync(EveryReceiver.Settings());
        var addresses = server.Log.Listeners();
        var longHeader = $"GET / HTTP/1.1\r\nHost: a\r\nx: {new string('y', 33_000)}\r\n\r\n";
        var manyHeaders = $"GET / HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Range(0, 101).Select(i => $"x{i}: y\r\n"))}\r\n";
        foreach (var port in (string[])["http", "otlp-http", "jaeger-thrift-http", "zipkin"])
        {
            Assert.StartsWith("HTTP/1.1 431 ", await RawConnection.TalkAsync(addresses[port], Encoding.ASCII.GetBytes(longHeader), keepOpen: true), StringComparison.Ordinal);
            Assert.StartsWith("HTTP/1.1 431 ", await RawConnection.TalkAsync(addresses[port], Encoding.ASCII.GetBytes(manyHeaders), keepOpen: true), StringComparison.Ordinal);
            // Queries stand in the line.
            var line = new string('z', port == "http" ? 262_145 : 8_193);
            Assert.StartsWith("HTTP/1.1 414 ", await RawConnection.TalkAsync(addresses[port], Encoding.ASCII.GetBytes($"GET /{line} HTTP/1.1\r\n"), keepOpen: true), StringComparison.Ordinal);
        }

        foreach (var port in (string[])["grpc", "otlp-grpc", "jaeger-grpc", "opencensus"]) await AssertRefusesHeadersAsync(addresses[port]);
        foreach (var receiver in EveryReceiver.Names) Assert.Equal("ok", await EveryReceiver.SendAsync(server, receiver, Make.TraceId(), "after", tenant: null));
        Assert.DoesNotContain("level=error", server.Log.Text, StringComparison.Ordinal);
    }

    private static async Task AssertRefusesHeadersAsync(Uri address)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(20) };
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/a/B"))
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent([]),
        };
        message.Headers.TryAddWithoutValidation("x", new string('y', 33_000));
        try
        {
            using var answer = await client.SendAsync(message, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The connection ended instead: over HTTP/2 either is an answer.
        }
    }

    /// <summary>tempopb.SearchRequest with a query of so many characters (8).</summary>
    private static byte[] Question(int characters) => RawGrpc.Message(m => m.Text(8, "{ name = \"" + new string('x', characters) + "\" }"));
}
