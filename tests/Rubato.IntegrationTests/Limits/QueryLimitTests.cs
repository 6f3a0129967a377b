using System.Globalization;
using System.Net;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Limits;

/// <summary>Limits of queries, and what a client is told at each (spec/limits-and-overrides.md 1 and 3).</summary>
public sealed class QueryLimitTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_question_that_asks_too_much_is_400_and_names_the_limit()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("query_frontend.search.max_duration", "2h").With("query_frontend.metrics.max_duration", "1h")
            .With("query_frontend.search.max_result_limit", "50").With("query_frontend.search.max_spans_per_span_set", "5")
            .With("query_frontend.max_query_expression_size_bytes", "100").With("query_frontend.url_deny_list", "[\"secret\"]"));
        (string Path, string Text)[] refused =
        [
            ("/api/search?q=%7B%7D&" + Range(hours: 3), "range specified by start and end exceeds 2h0m0s. received start="),
            ("/api/metrics/query_range?q=%7B%7D%7Crate()&" + Range(hours: 3), "metrics query time range exceeds the maximum allowed duration of 1h0m0s"),
            ("/api/search?q=%7B%7D&limit=51", "limit 51 exceeds max limit 50"),
            ("/api/search?q=%7B%7D&spss=6", "spans per span set exceeds 5. received 6"),
            ("/api/search?q=" + Uri.EscapeDataString("{ name = \"" + new string('x', 100) + "\" }"), ""),
            ("/api/search?q=%7B%7D&secret=1", "Invalid request /api/search?q=%7B%7D&secret=1. "),
            ("/api/search?q=%7B%20%7B", "invalid TraceQL query: parse error at line 1, col "),
            ("/api/traces/12z", "trace IDs can only contain hex characters: invalid character 'z' at position 3"),
        ];
        foreach (var (path, text) in refused)
        {
            var answer = await server.Api.GetAsync(path);
            Assert.True(answer.Status == HttpStatusCode.BadRequest, $"{path}: {answer}");
            Assert.StartsWith(text, answer.Text, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.Api.GetAsync("/api/search?q=%7B%7D&limit=50&spss=5&" + Range(hours: 1))).Status);
    }

    [Fact]
    public async Task A_tenants_own_range_holds_and_of_several_tenants_the_smallest()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(
            folder.File("overrides.yaml"), "overrides: {a: {read: {max_search_duration: 1h, max_metrics_duration: 30m}}, b: {read: {max_search_duration: 100h}}}",
            TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("multitenancy_enabled", "true").With("overrides.per_tenant_override_config", folder.File("overrides.yaml")));
        var search = "/api/search?q=%7B%7D&" + Range(hours: 2);
        Assert.StartsWith("range specified by start and end exceeds 1h0m0s.", (await server.Api.GetAsync(search, tenant: "a")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await server.Api.GetAsync(search, tenant: "b")).Status);
        Assert.StartsWith("range specified by start and end exceeds 1h0m0s.", (await server.Api.GetAsync(search, tenant: "b|a")).Text, StringComparison.Ordinal);
        var metrics = await server.Api.GetAsync("/api/metrics/query_range?q=%7B%7D%7Crate()&" + Range(hours: 2), tenant: "a");
        Assert.Equal((HttpStatusCode.BadRequest, "metrics query time range exceeds the maximum allowed duration of 30m0s"), (metrics.Status, metrics.Text.TrimEnd('\n')));

        var malformed = await server.Api.GetAsync(search, tenant: "a/b");
        Assert.Equal((HttpStatusCode.BadRequest, "tenant ID 'a/b' contains unsupported character '/'"), (malformed.Status, malformed.Text));
    }

    [Theory]
    [InlineData("query_frontend.api_timeout", "/api/search?q=%7B%7D", HttpStatusCode.ServiceUnavailable, "unable to process request in the configured timeout")]
    [InlineData("querier.search.query_timeout", "/api/search?q=%7B%7D", HttpStatusCode.InternalServerError, "the query took longer than querier.search.query_timeout allows")]
    [InlineData("querier.trace_by_id.query_timeout", "/api/v2/traces/1", HttpStatusCode.InternalServerError, "the query took longer than querier.trace_by_id.query_timeout allows")]
    public async Task A_query_that_takes_too_long_is_ended(string key, string path, HttpStatusCode status, string text)
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With(key, "1us"));
        await server.Grpc.SendAsync(Make.Span(Make.TraceId()));
        // One that is through before the timer is no failure.
        var answer = await Within.Get(Soon, () => server.Api.GetAsync(path), a => a.Status == status, "the time limit");
        Assert.StartsWith(text, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_asks_more_than_may_wait_is_told_that_the_queue_is_full()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("querier.max_concurrent_queries", "1").With("query_frontend.max_outstanding_per_tenant", "1"));
        await server.Grpc.SendAsync(Make.Request("crowd", Enumerable.Range(1, 5000).Select(i => Make.Span(Make.TraceId(), (ulong)i, $"work {i}"))));
        var path = "/api/search?limit=5000&q=" + Uri.EscapeDataString("{ name =~ \".*7.*\" } | count() > 0") + "&" + Range(hours: 1);
        var answers = await Within.Get(
            Soon, () => Task.WhenAll(Enumerable.Range(0, 40).Select(_ => server.Api.GetAsync(path))), all => all.Any(a => a.Status == HttpStatusCode.TooManyRequests), "a refusal");
        Assert.All(answers.Where(a => a.Status == HttpStatusCode.TooManyRequests), a => Assert.StartsWith("job queue full", a.Text, StringComparison.Ordinal));
        Assert.Contains(answers, a => a.Status == HttpStatusCode.OK);
        Assert.NotEqual(0, await server.Api.MetricAsync("tempo_query_frontend_discarded_requests_total"));
        Assert.Equal(HttpStatusCode.OK, (await server.Api.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Tag_values_end_where_the_tenants_bytes_do()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("overrides.defaults.read.max_bytes_per_tag_values_query", "100"));
        await server.Grpc.SendAsync([.. Enumerable.Range(1, 50).Select(i => Make.Span(Make.TraceId(), attributes: Make.Attribute("color", $"a long value {i:000}")))]);
        var answer = await server.Api.JsonAsync("/api/v2/search/tag/span.color/values?" + Range(hours: 1));
        Assert.InRange(answer.GetProperty("tagValues").GetArrayLength(), 1, 7);
    }

    [Fact]
    public async Task A_trace_that_is_larger_than_it_may_be_is_422_in_version_1_and_partial_in_version_2()
    {
        await using var server = await RubatoProcess.StartAsync();
        var trace = Make.TraceId();
        await server.Grpc.SendAsync([.. Enumerable.Range(1, 4).Select(i => Make.Span(trace, (ulong)i, new string('x', 1500)))]);
        Assert.Equal(4, (await server.Api.TraceAsync(trace)).Count);
        await server.StopAsync();
        server.Settings.With("overrides.defaults.global.max_bytes_per_trace", "4000");
        await server.StartAgainAsync();

        var v1 = await server.Api.GetAsync("/api/traces/" + trace);
        Assert.Equal(422, (int)v1.Status);
        Assert.StartsWith("trace exceeds max size (max bytes: 4000)", v1.Text, StringComparison.Ordinal);
        var v2 = await server.Api.JsonAsync("/api/v2/traces/" + trace);
        Assert.Equal("PARTIAL", v2.GetProperty("status").GetString());
        Assert.Contains("4000 bytes", v2.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private static string Range(int hours)
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        return string.Create(CultureInfo.InvariantCulture, $"start={now - hours * 3600 + 10}&end={now + 10}");
    }
}
