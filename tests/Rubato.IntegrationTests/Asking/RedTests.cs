using System.Net;
using System.Text.Json;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Asking;

/// <summary>Rate, errors and durations out of stored spans, over time.</summary>
public sealed class RedTests
{
    [Fact]
    public async Task By_service_and_by_operation_over_time_from_memory_and_from_a_block()
    {
        await using var server = await RubatoProcess.StartAsync();
        var start = DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeSeconds();
        // A call every ten seconds of a minute, of two operations in turn; those of the second half minute fail.
        var spans = Enumerable.Range(0, 6).Select(i =>
        {
            var span = Make.Span(Make.TraceId(), (ulong)i + 1, i % 2 == 0 ? "read" : "write");
            span.StartTimeUnixNano = (ulong)(start + (i * 10)) * 1_000_000_000;
            span.EndTimeUnixNano = span.StartTimeUnixNano + 100_000_000;
            if (i >= 3) span.Status = new Status { Code = Status.Types.StatusCode.Error };
            return span;
        });
        await server.Grpc.SendAsync(Make.Request("shop", [.. spans]));
        await server.Grpc.SendAsync(Make.Request("other", [Make.Span(Make.TraceId(), 1)]));

        using var http = new HttpClient();
        foreach (var fromBlock in new[] { false, true })
        {
            if (fromBlock) await http.GetStringAsync(new Uri(server.Http, "/flush"), TestContext.Current.CancellationToken);
            using var whole = await JsonAsync(http, server, $"?service=shop&by=service&start={start}&end={start + 60}&step=30");
            var service = Assert.Single(whole.RootElement.GetProperty("services").EnumerateArray());
            Assert.Equal((6, 0.5, 0.1), (service.GetProperty("calls").GetInt32(), service.GetProperty("error_rate").GetDouble(), service.GetProperty("rate").GetDouble()));
            Assert.False(service.TryGetProperty("operation", out _));
            var series = service.GetProperty("series");
            Assert.Equal([0.1, 0.1], Values(series, "rate"));
            Assert.Equal([0.0, 1.0], Values(series, "error_rate"));
            Assert.All(Values(series, "p95"), value => Assert.InRange(value, 96, 104));

            using var parts = await JsonAsync(http, server, $"?service=shop&start={start}&end={start + 60}&step=10s");
            var operations = parts.RootElement.GetProperty("operations").EnumerateArray().ToArray();
            Assert.Equal(["read", "write"], operations.Select(o => o.GetProperty("operation").GetString()!));
            Assert.Equal([0.1, 0, 0.1, 0, 0.1, 0], Values(operations[0].GetProperty("series"), "rate"));
            Assert.Equal(JsonValueKind.Null, operations[0].GetProperty("series").GetProperty("p50")[1].ValueKind);
        }

        using var all = await JsonAsync(http, server, "?by=service");
        Assert.Equal(["other", "shop"], all.RootElement.GetProperty("services").EnumerateArray().Select(s => s.GetProperty("service").GetString()!).Order());
        Assert.False(all.RootElement.TryGetProperty("step", out _));
    }

    [Fact]
    public async Task A_span_that_was_sent_twice_counts_once_wherever_its_copies_lie()
    {
        await using var server = await RubatoProcess.StartAsync();
        var request = Make.Request("shop", [.. Enumerable.Range(1, 5).Select(i => Make.Span(Make.TraceId(), (ulong)i))]);
        using var http = new HttpClient();

        // Both in memory, one of them in a block, in two blocks.
        await server.Grpc.SendAsync(request);
        await server.Grpc.SendAsync(request);
        Assert.Equal(5, await CallsAsync());
        await http.GetStringAsync(new Uri(server.Http, "/flush"), TestContext.Current.CancellationToken);
        await server.Grpc.SendAsync(request);
        Assert.Equal(5, await CallsAsync());
        await http.GetStringAsync(new Uri(server.Http, "/flush"), TestContext.Current.CancellationToken);
        Assert.Equal(5, await CallsAsync());

        async Task<int> CallsAsync()
        {
            using var answer = await JsonAsync(http, server, "?by=service");
            return Assert.Single(answer.RootElement.GetProperty("services").EnumerateArray()).GetProperty("calls").GetInt32();
        }
    }

    [Theory]
    [InlineData("?by=colour", "neither service nor operation")]
    [InlineData("?start=1000&end=2000&step=1", "at most 240 intervals")]
    [InlineData("?step=0", "at most 240 intervals")]
    [InlineData("?step=soon", "valid duration")]
    [InlineData("?start=2000&end=1000", "start must be before end")]
    public async Task What_cannot_be_answered_says_why(string query, string expected)
    {
        await using var server = await RubatoProcess.StartAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(server.Http, "/api/rubato/red" + query), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static async Task<JsonDocument> JsonAsync(HttpClient http, RubatoProcess server, string query) =>
        JsonDocument.Parse(await http.GetStringAsync(new Uri(server.Http, "/api/rubato/red" + query), TestContext.Current.CancellationToken));

    private static double[] Values(JsonElement series, string name) => [.. series.GetProperty(name).EnumerateArray().Where(v => v.ValueKind == JsonValueKind.Number).Select(v => Math.Round(v.GetDouble(), 9))];
}
