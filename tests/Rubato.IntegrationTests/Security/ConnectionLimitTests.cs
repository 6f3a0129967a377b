using System.Text;
using Google.Protobuf;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Security;

/// <summary>More connections than a port may have: the next one is closed, those that are there do not notice, and a place that is free is given again.</summary>
public sealed class ConnectionLimitTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_receiver_that_has_all_its_connections_refuses_the_next_and_serves_on()
    {
        await using var server = await RubatoProcess.StartAsync(EveryReceiver.Settings().With("distributor.receiver_conn_limit", "2"));
        foreach (var receiver in EveryReceiver.Names)
        {
            using var first = await RawConnection.OpenAsync(server.Log.Listeners()[receiver]);
            var second = await RawConnection.OpenAsync(server.Log.Listeners()[receiver]);
            await OpenBecomesAsync(server, receiver, 2);

            using (var third = await RawConnection.OpenAsync(server.Log.Listeners()[receiver])) Assert.Equal("", await third.ReadToEndAsync());
            Assert.Equal(1, await RefusedAsync(server, receiver));
            Assert.Equal(2, await OpenAsync(server, receiver));

            await first.SendAsync(Hello(receiver));
            Assert.NotEqual("", await first.ReadAsync());
            second.Dispose();
            await OpenBecomesAsync(server, receiver, 1);
            var trace = Make.TraceId();
            Assert.Equal("ok", await EveryReceiver.SendAsync(server, receiver, trace, "after", tenant: null));
            Assert.Single(await server.Api.TraceAsync(trace));
        }

        foreach (var receiver in EveryReceiver.Names)
        {
            var line = Assert.Single(server.Log.Lines, l => l.Contains("connection refused", StringComparison.Ordinal) && l.Contains($"listener={receiver} ", StringComparison.Ordinal));
            Assert.Contains("limit=2 key=distributor.receiver_conn_limit", line, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("level=error", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ports_that_answer_have_limits_of_their_own()
    {
        // The client that asks for metrics is one of the three.
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("server.http_listen_conn_limit", "3").With("server.grpc_listen_conn_limit", "1"));
        await OpenBecomesAsync(server, "http", 1);
        using var second = await RawConnection.OpenAsync(server.Http);
        using var third = await RawConnection.OpenAsync(server.Http);
        await OpenBecomesAsync(server, "http", 3);
        Assert.Equal("", await RawConnection.TalkAsync(server.Http, Hello("http"), keepOpen: true));
        Assert.Equal(1, await RefusedAsync(server, "http"));
        await third.SendAsync(Hello("http"));
        Assert.StartsWith("HTTP/1.1 404 ", await third.ReadAsync(), StringComparison.Ordinal);

        using var only = await RawConnection.OpenAsync(server.GrpcAddress);
        await OpenBecomesAsync(server, "grpc", 1);
        using (var next = await RawConnection.OpenAsync(server.GrpcAddress)) Assert.Equal("", await next.ReadToEndAsync());
        Assert.Equal(1, await RefusedAsync(server, "grpc"));
        Assert.Contains("key=server.http_listen_conn_limit", server.Log.Text, StringComparison.Ordinal);
        Assert.Contains("key=server.grpc_listen_conn_limit", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_told_of_once_in_ten_seconds_and_0_is_no_limit()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("server.grpc_listen_conn_limit", "1").With("distributor.receiver_conn_limit", "0"));
        using var only = await RawConnection.OpenAsync(server.GrpcAddress);
        await OpenBecomesAsync(server, "grpc", 1);
        for (var i = 0; i < 30; i++)
        {
            using var next = await RawConnection.OpenAsync(server.GrpcAddress);
            Assert.Equal("", await next.ReadToEndAsync());
        }

        Assert.Equal(30, await RefusedAsync(server, "grpc"));
        // Two where the ten seconds ended in between.
        Assert.InRange(server.Log.Lines.Count(l => l.Contains("connection refused", StringComparison.Ordinal)), 1, 2);

        var many = new List<RawConnection>();
        for (var i = 0; i < 50; i++) many.Add(await RawConnection.OpenAsync(server.OtlpHttpAddress));
        await OpenBecomesAsync(server, "otlp-http", 50);
        many.ForEach(connection => connection.Dispose());
        Assert.Equal(0, await RefusedAsync(server, "otlp-http"));
    }

    [Fact]
    public async Task A_crowd_leaves_handles_for_what_is_kept()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings { MaxOpenFiles = 800 });
        var crowd = new List<RawConnection>();
        for (var i = 0; i < 400; i++) crowd.Add(await RawConnection.OpenAsync(server.OtlpHttpAddress));
        await Within.Get(Soon, () => server.Api.MetricAsync("rubato_listener_refused_connections_total", "reason=\"handles\""), refused => refused >= 100, "refusals");
        Assert.InRange(await OpenAsync(server, "otlp-http"), 200, 216);
        Assert.Contains("key=\"ulimit -n (LimitNOFILE)\"", server.Log.Text, StringComparison.Ordinal);

        // Who is there goes on, and what it sends is kept in a block.
        var trace = Make.TraceId();
        await crowd[0].SendAsync(OtlpRequest(trace));
        Assert.StartsWith("HTTP/1.1 200 ", await crowd[0].ReadAsync(), StringComparison.Ordinal);
        await server.Api.FlushAsync();
        Assert.Single(await server.Api.TraceAsync(trace));

        crowd.ForEach(connection => connection.Dispose());
        await OpenBecomesAsync(server, "otlp-http", 0);
        await server.Otlp.SendAsync(Make.Span(Make.TraceId()));
        Assert.DoesNotContain("level=error", server.Log.Text, StringComparison.Ordinal);
    }

    private static byte[] OtlpRequest(string trace)
    {
        var body = Make.Request(Make.Span(trace)).ToByteArray();
        return [.. Encoding.ASCII.GetBytes($"POST /v1/traces HTTP/1.1\r\nHost: a\r\nContent-Type: {OtlpHttp.Protobuf}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];
    }

    private static Task<double> OpenAsync(RubatoProcess server, string listener) => server.Api.MetricAsync("tempo_tcp_connections", $"protocol=\"{listener}\"");

    private static Task OpenBecomesAsync(RubatoProcess server, string listener, int count) =>
        Within.Get(Soon, () => OpenAsync(server, listener), open => open == count, $"{count} connections of {listener}");

    private static Task<double> RefusedAsync(RubatoProcess server, string listener) =>
        server.Api.MetricAsync("rubato_listener_refused_connections_total", $"listener=\"{listener}\",reason=\"limit\"");

    /// <summary>Something that the port has an answer to.</summary>
    private static byte[] Hello(string listener) =>
        listener.EndsWith("grpc", StringComparison.Ordinal) || listener == "opencensus" ? Http2Bytes.Preface : "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
}
