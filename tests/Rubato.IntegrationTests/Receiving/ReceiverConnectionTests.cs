using System.Net;
using System.Text;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Receiving;

/// <summary>Keys of single receivers that say how long connections live and what answers carry.</summary>
public sealed class ReceiverConnectionTests
{
    private const string Otlp = "distributor.receivers.otlp.protocols.";

    [Fact]
    public async Task An_old_gRPC_connection_is_asked_to_go_and_its_sender_does_not_notice()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With(Otlp + "grpc.keepalive.server_parameters.max_connection_age", "500ms"));
        // GOAWAY (RFC 9113, 6.8) and the end of the connection.
        var said = await RawConnection.TalkAsync(server.OtlpGrpcAddress, Http2Bytes.Preface, keepOpen: true);
        Assert.True(HasGoAway(Encoding.Latin1.GetBytes(said)), $"{said.Length} bytes without GOAWAY");

        var ids = new List<string>();
        var end = DateTimeOffset.UtcNow.AddSeconds(2);
        while (DateTimeOffset.UtcNow < end)
        {
            ids.Add(Make.TraceId());
            await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(ids[^1])]));
        }

        foreach (var id in ids.Where((_, i) => i % 50 == 0)) Assert.Single(await server.Api.TraceAsync(id));
        Assert.Equal(ids.Count, await server.Api.MetricAsync("tempo_receiver_accepted_spans", "transport=\"grpc\""));
    }

    [Fact]
    public async Task A_call_that_outlives_the_grace_is_cut_off()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With(Otlp + "grpc.keepalive.server_parameters.max_connection_age", "500ms").With(Otlp + "grpc.keepalive.server_parameters.max_connection_age_grace", "500ms"));
        // A call whose body never comes: without the grace it would hold the connection until Kestrel's own patience ends.
        await RawConnection.TalkAsync(
            server.OtlpGrpcAddress, [.. Http2Bytes.Preface, .. Http2Bytes.CallHead("/opentelemetry.proto.collector.trace.v1.TraceService/Export")], keepOpen: true);
        await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(Make.TraceId())]));
    }

    [Fact]
    public async Task A_head_that_is_too_slow_for_its_receiver_is_408_and_others_have_their_time()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With(Otlp + "http.read_header_timeout", "1s"));
        Assert.StartsWith("HTTP/1.1 408 ", await RawConnection.DripAsync(server.OtlpHttpAddress, "POST / HTTP/1.1\r\nHost: a\r\nx: "u8.ToArray(), "y"u8.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_idle_connection_ends_in_the_time_of_its_receiver()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With(Otlp + "http.idle_timeout", "1s"));
        var answer = await RawConnection.TalkAsync(server.OtlpHttpAddress, Request(), keepOpen: true);
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Connection: close", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_keep_alive_a_connection_serves_one_request_and_answers_carry_the_headers()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With(Otlp + "http.keep_alives_enabled", "false").With(Otlp + "http.response_headers", "{x-served-by: rubato, x-empty: ''}"));
        var answer = await RawConnection.TalkAsync(server.OtlpHttpAddress, [.. Request(), .. Request()], keepOpen: true);
        Assert.Equal(2, answer.Split("HTTP/1.1 ").Length);
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nx-served-by: rubato\r\n", answer, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.OrdinalIgnoreCase);

        using var http = new HttpClient();
        using var refused = await http.PostAsync(new Uri(server.OtlpHttpAddress, "/nowhere"), new StringContent(""), TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.NotFound, "rubato"), (refused.StatusCode, refused.Headers.GetValues("x-served-by").Single()));
    }

    private static byte[] Request() => "POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"u8.ToArray();

    private static bool HasGoAway(ReadOnlySpan<byte> said)
    {
        const byte goAway = 7;
        while (said.Length >= 9)
        {
            if (said[3] == goAway) return true;
            var length = (said[0] << 16) | (said[1] << 8) | said[2];
            said = said[Math.Min(9 + length, said.Length)..];
        }

        return false;
    }
}
