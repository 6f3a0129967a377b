using System.Net;
using System.Text.Json;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>Health, status and admin endpoints (spec/http-api.md 2), and what unknown paths and wrong methods answer.</summary>
public sealed class StatusTests(SharedServer shared)
{
    private readonly RubatoProcess _server = shared.Server;

    [Theory]
    [InlineData("/ready", "ready\n")]
    [InlineData("/api/echo", "echo\n")]
    public async Task Health_checks_answer_as_Tempo_does(string path, string body)
    {
        var answer = await _server.Api.GetAsync(path);
        Assert.Equal((HttpStatusCode.OK, "text/plain", body), (answer.Status, answer.ContentType, answer.Text));
    }

    [Fact]
    public async Task Live_is_200() => Assert.Equal(HttpStatusCode.OK, (await _server.Api.GetAsync("/live")).Status);

    [Fact]
    public async Task Buildinfo_names_a_Tempo_version_that_Grafana_understands()
    {
        var answer = await _server.Api.GetAsync("/api/status/buildinfo");
        Assert.Equal("application/json", answer.ContentType);
        Assert.EndsWith("}\n", answer.Text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(answer.Text);
        Assert.Equal(["version", "revision", "branch", "buildUser", "buildDate", "goVersion"], json.RootElement.EnumerateObject().Select(p => p.Name));
        var version = Version.Parse(json.RootElement.GetProperty("version").GetString()!);
        Assert.True(version >= new Version(2, 7), version.ToString());
    }

    [Theory]
    [InlineData("/status/version", "rubato, version")]
    [InlineData("/status/services", "Running")]
    [InlineData("/status/endpoints", "/api/search")]
    [InlineData("/status/config", "---\n")]
    [InlineData("/status/config?mode=diff", "http_listen_port: 0")]
    [InlineData("/status/config?mode=defaults", "http_listen_port: 3200")]
    [InlineData("/status", "GET /status/version\n")]
    [InlineData("/status/runtime_config", "")]
    public async Task Status_pages_are_there(string path, string contains)
    {
        var answer = await _server.Api.GetAsync(path);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Contains(contains, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_mode_of_the_config_page_is_500()
    {
        var answer = await _server.Api.GetAsync("/status/config?mode=x");
        Assert.Equal((HttpStatusCode.InternalServerError, "unknown value for mode query parameter: x\n"), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("/nowhere")]
    [InlineData("/api/nowhere")]
    [InlineData("/config")]
    public async Task An_unknown_path_is_404_in_Tempos_words(string path)
    {
        var answer = await _server.Api.GetAsync(path);
        Assert.Equal((HttpStatusCode.NotFound, "text/plain", "404 page not found\n"), (answer.Status, answer.ContentType, answer.Text));
    }

    [Theory]
    [InlineData("/status")]
    [InlineData("/status/config")]
    [InlineData("/api/status/buildinfo")]
    public async Task A_wrong_method_is_405_without_a_body(string path)
    {
        var answer = await _server.Api.GetAsync(path, method: HttpMethod.Post);
        Assert.Equal((HttpStatusCode.MethodNotAllowed, ""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Query_endpoints_take_any_method()
    {
        var answer = await _server.Api.GetAsync("/api/search?q=%7B%7D", method: HttpMethod.Post);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
    }

    [Fact]
    public async Task Metrics_have_Tempos_names()
    {
        await _server.Otlp.SendAsync(Make.Span(Make.TraceId()));
        await _server.Grpc.SendAsync(Make.Span(Make.TraceId()));
        await _server.Api.SearchAsync("{ }");
        var metrics = await _server.Api.TextAsync("/metrics");
        Assert.All(
            (string[])[
                "tempo_build_info{", "tempo_request_duration_seconds_bucket{", "tempo_distributor_spans_received_total{", "tempo_distributor_bytes_received_total{",
                "tempo_receiver_accepted_spans{", "tempo_distributor_push_duration_seconds_bucket", "tempo_ingester_bytes_received_total{", "tempo_ingester_blocks_flushed_total",
                "tempo_ingester_failed_flushes_total", "tempo_querier_query_duration_seconds_bucket{", "tempo_query_frontend_queries_total{",
                "tempodb_blocklist_poll_duration_seconds", "tempo_runtime_config_last_reload_successful", "process_resident_memory_bytes",
            ],
            name => Assert.Contains("\n" + name, metrics, StringComparison.Ordinal));
        Assert.True(await _server.Api.MetricAsync("tempo_receiver_accepted_spans", "transport=\"grpc\"") >= 1);
        Assert.True(await _server.Api.MetricAsync("tempo_distributor_spans_received_total", "status=\"success\"") >= 2);
    }

    [Fact]
    public async Task A_trace_that_is_not_there_is_404_in_version_1_and_empty_in_version_2()
    {
        var id = Make.TraceId();
        var v1 = await _server.Api.GetAsync("/api/traces/" + id);
        Assert.Equal((HttpStatusCode.NotFound, null, ""), (v1.Status, v1.ContentType, v1.Text));
        var v2 = await _server.Api.GetAsync("/api/v2/traces/" + id);
        Assert.Equal((HttpStatusCode.OK, """{"trace":{},"metrics":{}}"""), (v2.Status, v2.Text));
    }

    [Theory]
    [InlineData("/api/traces/xyz")]
    [InlineData("/api/v2/traces/000102030405060708090a0b0c0d0e0f00")]
    [InlineData("/api/search?q=%7B+%7B")]
    [InlineData("/api/search?limit=0")]
    [InlineData("/api/search?q=%7B%7D&tags=a%3Db")]
    [InlineData("/api/search?start=20&end=10")]
    [InlineData("/api/search/tags?scope=galaxy")]
    [InlineData("/api/v2/search/tag/service.name/values")]
    public async Task A_bad_question_is_400_in_plain_text(string path)
    {
        var answer = await _server.Api.GetAsync(path);
        Assert.Equal((HttpStatusCode.BadRequest, "text/plain"), (answer.Status, answer.ContentType));
        Assert.NotEmpty(answer.Text);
    }
}
