using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>Spans are seen within a second of their acknowledgement; a query whose client hangs up ends.</summary>
public sealed class VisibilityTests(SharedServer shared)
{
    private readonly RubatoProcess _server = shared.Server;

    [Fact]
    public async Task A_span_is_found_by_id_and_by_search_within_a_second_of_its_acknowledgement()
    {
        for (var i = 0; i < 10; i++)
        {
            var id = Make.TraceId();
            await _server.Otlp.SendAsync(Make.Span(id, attributes: Make.Attribute("visible", id)));
            var clock = Stopwatch.StartNew();
            Assert.Equal([id], await _server.Api.SearchIdsAsync($$"""{ span.visible = "{{id}}" }"""));
            Assert.Single(await _server.Api.TraceAsync(id));
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(1), $"round {i}: {clock.Elapsed}");
        }
    }

    [Fact]
    public async Task Results_are_newest_first()
    {
        var ids = new List<string>();
        var mark = Make.TraceId();
        for (ulong i = 0; i < 30; i++)
        {
            var span = Make.Span(Make.TraceId(), attributes: Make.Attribute("order", mark));
            span.StartTimeUnixNano -= i * 1_000_000_000;
            span.EndTimeUnixNano -= i * 1_000_000_000;
            ids.Add(Convert.ToHexStringLower(span.TraceId.Span));
            await _server.Otlp.SendAsync(span);
        }

        Assert.Equal(ids.Take(7), await _server.Api.SearchIdsAsync($$"""{ span.order = "{{mark}}" }""", limit: 7));
    }

    [Fact]
    public async Task A_query_ends_when_its_client_hangs_up()
    {
        await using var server = await RubatoProcess.StartAsync();
        using (var load = Load.Start(server, spans: 100_000, rate: 0)) await load.EndAsync();

        // A regular expression over high-cardinality text, for as many traces as there are: slow enough to be caught at work.
        var query = $"/api/search?q={Uri.EscapeDataString("""{ span.http.url =~ ".*a.*b.*c.*" || span.http.request_id =~ ".*0.*1.*2.*" || name =~ ".*x.*y.*" }""")}&limit=262144&{TempoApi.WideRange()}";
        for (var i = 0; i < 20; i++)
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(server.Http.Host, server.Http.Port, TestContext.Current.CancellationToken);
            await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {query} HTTP/1.1\r\nHost: x\r\n\r\n"), TestContext.Current.CancellationToken);
            socket.LingerState = new LingerOption(true, 0);
        }

        // If they ran on, this question would wait behind all of them.
        var clock = Stopwatch.StartNew();
        var answer = await server.Api.GetAsync("/api/traces/1");
        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"{clock.Elapsed}");
        await Within.Get(
            TimeSpan.FromSeconds(10), () => server.Api.MetricAsync("tempo_request_duration_seconds_count", "route=\"api_search\""), n => n >= 20, "the end of all abandoned queries");
    }
}
