using System.Net;
using System.Net.Sockets;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Security;

/// <summary>Senders that speak the wrong protocol, leave at once, or send too much at a time: each has its answer, and nobody else notices.</summary>
public sealed class FrontDoorTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Another_protocol_on_a_port_ends_only_its_connection()
    {
        await using var server = await RubatoProcess.StartAsync(EveryReceiver.Settings());
        var random = new byte[3000];
        new Random(1).NextBytes(random);
        (string What, byte[] Bytes)[] wrong =
        [
            ("HTTP/1.1", "POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray()),
            ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"u8.ToArray()),
            ("TLS", [0x16, 3, 1, 0, 60, 1, 0, 0, 56, 3, 3, .. new byte[56], .. "\r\n\r\n"u8]),
            ("garbage", [.. random, .. "\r\n\r\n"u8]),
            ("nothing", []),
            ("a bad head", "POST / HTTP/9.9\r\nno colon\r\n\r\n"u8.ToArray()),
        ];
        foreach (var (port, address) in server.Log.Listeners())
        {
            if (port.Contains("compact", StringComparison.Ordinal) || port.Contains("binary", StringComparison.Ordinal)) continue;
            foreach (var (what, bytes) in wrong)
            {
                var isGrpc = port.EndsWith("grpc", StringComparison.Ordinal) || port == "opencensus";
                // Its own protocol is not wrong.
                if (what == "HTTP/2" && isGrpc) continue;
                // Who says at once that there is no more may find the connection ended before the answer was written.
                var answer = await RawConnection.TalkAsync(address, bytes, keepOpen: bytes.Length > 0);
                if (what == "HTTP/1.1" && isGrpc) Assert.Contains("An HTTP/1.x request was sent to an HTTP/2 only endpoint", answer, StringComparison.Ordinal);
                // Nothing where the reset of the connection overtook the answer.
                // GOAWAY (RFC 9113, 6.8): this server speaks HTTP/2, and not here.
                if (what == "HTTP/2") Assert.True(answer.Length == 0 || answer.Length > 3 && answer[3] == 7, answer);
                if (what is "TLS" or "a bad head" && !isGrpc) Assert.Matches("^(HTTP/1.1 (400|505) |$)", answer);
            }
        }

        foreach (var receiver in EveryReceiver.Names)
        {
            var id = Make.TraceId();
            Assert.Equal("ok", await EveryReceiver.SendAsync(server, receiver, id, "after", tenant: null));
            Assert.Single(await server.Api.TraceAsync(id));
        }

        Assert.DoesNotContain("level=error", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_leaves_without_a_word_is_no_error()
    {
        await using var server = await RubatoProcess.StartAsync(EveryReceiver.Settings().With("stream_over_http_enabled", "true"));
        var tcp = server.Log.Listeners().Where(l => l.Value.Scheme != "udp").ToList();
        Assert.Equal(EveryReceiver.Names.Length + 2, tcp.Count);
        foreach (var (_, address) in tcp)
        {
            for (var i = 0; i < 5; i++) (await RawConnection.OpenAsync(address)).Reset();
        }

        foreach (var (port, _) in tcp.Where(l => l.Key != "http"))
            await Within.Get(Soon, () => server.Api.MetricAsync("tempo_tcp_connections", $"protocol=\"{port}\""), open => open == 0, $"connections of {port}");
        foreach (var receiver in EveryReceiver.Names) Assert.Equal("ok", await EveryReceiver.SendAsync(server, receiver, Make.TraceId(), "after", tenant: null));
        Assert.DoesNotContain("level=error", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_comes_when_the_memory_of_requests_is_used_up_is_told_when_to_come_again()
    {
        var settings = EveryReceiver.Settings().With("distributor.max_inflight_bytes", "1500000").With("distributor.retry_after_on_resource_exhausted", "7s");
        await using var server = await RubatoProcess.StartAsync(settings);
        var cancel = TestContext.Current.CancellationToken;
        var large = Make.Request(Make.Span(Make.TraceId(), attributes: Make.Attribute("long", new string('x', 900_000))));
        var bytes = large.ToByteArray();

        using (var holder = new TcpClient())
        {
            await holder.ConnectAsync(server.OtlpHttpAddress.Host, server.OtlpHttpAddress.Port, cancel);
            var stream = holder.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes($"POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-protobuf\r\nConnection: close\r\nContent-Length: {bytes.Length}\r\n\r\n"), cancel);
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length - 1), cancel);
            await Within.Get(Soon, () => server.Api.MetricAsync("rubato_receiver_inflight_bytes"), n => n > 1_000_000, "the first request is being read");

            var http = await server.Otlp.PostAsync(bytes);
            Assert.Equal((HttpStatusCode.TooManyRequests, 8, TimeSpan.FromSeconds(7)), (http.Status, http.RpcStatus.Code, http.Headers.RetryAfter?.Delta));
            Assert.Contains("distributor.max_inflight_bytes", http.RpcStatus.Message, StringComparison.Ordinal);
            var grpc = await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(large));
            Assert.Equal(StatusCode.ResourceExhausted, grpc.StatusCode);
            Assert.Equal(7, OtlpGrpc.RetryInfoOf(grpc)?.RetryDelay.Seconds);
            var jaeger = await JaegerSenders.HttpAsync(server.Log.Listeners()["jaeger-thrift-http"], new byte[900_000]);
            Assert.Equal(HttpStatusCode.InternalServerError, jaeger.Status);
            Assert.Contains("send the request again later", jaeger.Text, StringComparison.Ordinal);
            Assert.True(await server.Api.MetricAsync("rubato_receiver_shed_requests_total") >= 3);

            // Small ones have room all the while.
            foreach (var receiver in EveryReceiver.Names) Assert.Equal("ok", await EveryReceiver.SendAsync(server, receiver, Make.TraceId(), "small", tenant: null));

            await stream.WriteAsync(bytes.AsMemory(bytes.Length - 1), cancel);
            using var answer = new StreamReader(stream);
            Assert.StartsWith("HTTP/1.1 200 ", await answer.ReadToEndAsync(cancel), StringComparison.Ordinal);
        }

        await Within.Get(Soon, () => server.Api.MetricAsync("rubato_receiver_inflight_bytes"), n => n == 0, "all is given back");
        await server.Otlp.SendAsync(large);
        await server.Grpc.SendAsync(large);
        Assert.DoesNotContain("level=error", server.Log.Text, StringComparison.Ordinal);
    }
}
