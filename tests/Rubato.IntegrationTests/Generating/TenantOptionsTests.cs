using System.Globalization;
using System.Net;
using System.Text;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Generating;

/// <summary>Options of the processors for single tenants, as a real Prometheus sees them (spec/limits-and-overrides.md 4): from the overrides file, when it changes, and from the API.</summary>
public sealed class TenantOptionsTests
{
    private const string OfA = """
                service_graphs: {histogram_buckets: [0.5], dimensions: [http.method], enable_client_server_prefix: true, peer_attributes: [called], enable_virtual_node_label: true}
                span_metrics:
                  intrinsic_dimensions: {span_kind: false}
                  dimension_mappings: [{name: place, source_labels: [cloud.region, cloud.zone], join: /}]
                  filter_policies: [{exclude: {match_type: regex, attributes: [{key: name, value: ^health}]}}]
        """;

    private const string OfB = """
          b:
            metrics_generator:
              processors: [span-metrics]
              processor:
                span_metrics: {dimensions: [customer], histogram_buckets: [1, 2, 3], enable_target_info: true, span_multiplier_key: ratio}
        """;

    [Fact]
    public async Task Each_tenant_has_its_own_and_a_reload_changes_what_it_names_and_nothing_else()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        using var folder = new TestFolder();
        await WriteAsync(folder, FileWith("dimensions: [http.method]", "histogram_buckets: [0.01, 0.1]"));
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus, folder)
            .With("metrics_generator.processor.span_metrics.dimensions", "[http.status_code]")
            .With("overrides.defaults.metrics_generator.processors", "[span-metrics]"));
        await SendAsync(server, "a", "b", "c");

        await prometheus.BecomesAsync(Calls("a"), 1);
        Assert.Equal(["http_method=GET", "place=north/2", "service=shop", "span_name=GET /cart", "status_code=STATUS_CODE_UNSET"], await LabelsAsync(prometheus, Calls("a")));
        Assert.Equal(["+Inf", "0.01", "0.1"], await BoundsAsync(prometheus, "traces_spanmetrics_latency_bucket{tenant=\"a\"}"));
        // A sampled span that stands for four, with the labels of target_info.
        await prometheus.BecomesAsync($"sum({Calls("b")})", 8);
        Assert.Equal(
            ["customer=acme", "job=shop", "service=shop", "span_kind=SPAN_KIND_SERVER", "span_name=GET /cart", "status_code=STATUS_CODE_UNSET"],
            await LabelsAsync(prometheus, "traces_spanmetrics_calls_total{tenant=\"b\",span_name=\"GET /cart\"}"));
        Assert.Equal(["+Inf", "1", "2", "3"], await BoundsAsync(prometheus, "traces_spanmetrics_latency_bucket{tenant=\"b\"}"));
        // Who has no entry has the configuration's.
        await prometheus.BecomesAsync($"sum({Calls("c")})", 2);
        Assert.Equal(
            ["http_status_code=200", "service=shop", "span_kind=SPAN_KIND_SERVER", "span_name=GET /cart", "status_code=STATUS_CODE_UNSET"],
            await LabelsAsync(prometheus, "traces_spanmetrics_calls_total{tenant=\"c\",span_name=\"GET /cart\"}"));
        Assert.Equal(15, (await BoundsAsync(prometheus, "traces_spanmetrics_latency_bucket{tenant=\"c\"}")).Count);

        await CallAsync(server);
        await prometheus.BecomesAsync("traces_service_graph_request_total{tenant=\"a\",server=\"stock\"}", 1);
        Assert.Equal(
            ["client=shop", "client_http_method=GET", "server=stock", "server_http_method=PUT"], await LabelsAsync(prometheus, "traces_service_graph_request_total{tenant=\"a\",server=\"stock\"}"));
        Assert.Equal(["+Inf", "0.5"], await BoundsAsync(prometheus, "traces_service_graph_request_server_seconds_bucket{tenant=\"a\"}"));

        // What came just before the change is in the old series or in the new ones, and lost in neither case.
        await SendAsync(server, "a", "b");
        await WriteAsync(folder, FileWith("dimensions: [customer]", "histogram_buckets: [0.05]"));
        await Within.Become(TimeSpan.FromSeconds(20), () => server.Log.Contains("series begin anew\" tenant=a processors=span-metrics"), "the new options");
        await SendAsync(server, "a", "b");
        await CallAsync(server);
        await prometheus.BecomesAsync("traces_service_graph_request_total{tenant=\"a\",server=\"stock\"}", 2);
        await prometheus.BecomesAsync("sum(max_over_time(traces_spanmetrics_calls_total{tenant=\"a\",service=\"shop\",span_name=\"GET /cart\"}[10m]))", 3);
        const string renewed = "traces_spanmetrics_calls_total{tenant=\"a\",span_name=\"GET /cart\",http_method=\"\"}";
        Assert.InRange(await prometheus.ValueAsync(renewed), 1, 2);
        Assert.Equal(["customer=acme", "place=north/2", "service=shop", "span_name=GET /cart", "status_code=STATUS_CODE_UNSET"], await LabelsAsync(prometheus, renewed));
        Assert.Equal(["+Inf", "0.05"], await BoundsAsync(prometheus, "traces_spanmetrics_latency_bucket{tenant=\"a\",http_method=\"\"}"));

        // The other processor and the other tenant went on, without a reset.
        Assert.Equal(0, await prometheus.ValueAsync("sum(resets(traces_service_graph_request_total{tenant=\"a\"}[10m]))"));
        await prometheus.BecomesAsync($"sum({Calls("b")})", 24);
        Assert.Equal(0, await prometheus.ValueAsync("sum(resets(traces_spanmetrics_calls_total{tenant=\"b\"}[10m]))"));
        Assert.DoesNotContain("begin anew\" tenant=b", server.Log.Text, StringComparison.Ordinal);
        Assert.Equal(0, await server.Api.MetricAsync("prometheus_remote_storage_samples_failed_total"));
    }

    [Fact]
    public async Task A_tenant_changes_its_options_by_the_API_and_back()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        using var folder = new TestFolder();
        await WriteAsync(folder, FileWith("dimensions: [http.method]", "histogram_buckets: [0.01, 0.1]"));
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus, folder).With("overrides.user_configurable_overrides.enabled", "true"));
        using var client = new HttpClient { BaseAddress = server.Http };
        var version = await AskAsync(
            client, HttpMethod.Post, "0", """{"metrics_generator":{"processor":{"span_metrics":{"dimensions":["customer"],"histogram_buckets":[7],"filter_policies":[]}}}}""");
        await SendAsync(server, "a");
        await prometheus.BecomesAsync($"sum({Calls("a")})", 2);
        // The document comes first, what it leaves out is the file's.
        Assert.Equal(
            ["customer=acme", "place=north/2", "service=shop", "span_name=GET /cart", "status_code=STATUS_CODE_UNSET"],
            await LabelsAsync(prometheus, "traces_spanmetrics_calls_total{tenant=\"a\",span_name=\"GET /cart\"}"));
        Assert.Equal(["+Inf", "7"], await BoundsAsync(prometheus, "traces_spanmetrics_latency_bucket{tenant=\"a\"}"));

        await AskAsync(client, HttpMethod.Delete, version, null);
        await Within.Become(TimeSpan.FromSeconds(20), () => server.Log.Contains("series begin anew\" tenant=a processors=span-metrics"), "the old options");
        await SendAsync(server, "a");
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total{tenant=\"a\",http_method=\"GET\"}", 1);
        Assert.Equal(["+Inf", "0.01", "0.1"], await BoundsAsync(prometheus, "traces_spanmetrics_latency_bucket{tenant=\"a\",http_method=\"GET\"}"));
    }

    [Fact]
    public async Task Label_sets_and_the_values_of_labels_are_limited_for_each_tenant()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        using var folder = new TestFolder();
        await WriteAsync(folder, "overrides: {a: {metrics_generator: {max_active_entities: 5}}, b: {metrics_generator: {max_cardinality_per_label: 3}}}");
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus, folder)
            .With("metrics_generator.limiter_type", "entity").With("overrides.defaults.metrics_generator.processors", "[span-metrics]"));
        foreach (var tenant in new[] { "a", "b", "c" })
            await server.Grpc.SendAsync(Make.Request("shop", Enumerable.Range(0, 50).Select(i => Make.Span(Make.TraceId(), 7, $"bomb {i:00}"))), tenant);

        foreach (var (tenant, series) in new[] { ("a", 6), ("b", 4), ("c", 50) })
        {
            await prometheus.BecomesAsync($"sum({Calls(tenant)})", 50);
            Assert.Equal(series, await prometheus.ValueAsync($"count({Calls(tenant)})"));
        }

        Assert.Equal(45, await prometheus.ValueAsync("traces_spanmetrics_calls_total{tenant=\"a\",metric_overflow=\"true\"}"));
        Assert.Equal(47, await prometheus.ValueAsync("traces_spanmetrics_calls_total{tenant=\"b\",span_name=\"__cardinality_overflow__\",service=\"shop\"}"));
        Assert.Equal(5, await server.Api.MetricAsync("tempo_metrics_generator_registry_active_entities", "tenant=\"a\""));
        Assert.Equal(5, await server.Api.MetricAsync("tempo_metrics_generator_registry_max_active_entities", "tenant=\"a\""));
        Assert.Equal(45, await server.Api.MetricAsync("tempo_metrics_generator_registry_entities_limited_total", "tenant=\"a\""));
        Assert.Equal(47, await server.Api.MetricAsync("tempo_metrics_generator_registry_label_values_limited_total", "tenant=\"b\",label_name=\"span_name\""));
        Assert.Equal(47, await server.Api.MetricAsync("tempo_metrics_generator_registry_label_values_limited_total"));
    }

    [Fact]
    public async Task Native_buckets_slack_and_sampling_thresholds_are_the_tenants()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        using var folder = new TestFolder();
        await WriteAsync(folder, """
            overrides:
              a:
                metrics_generator:
                  generate_native_histograms: both
                  native_histogram_bucket_factor: 4
                  ingestion_time_range_slack: 2h
                  processor: {span_metrics: {enable_tracestate_span_multiplier: true}}
              b: {metrics_generator: {generate_native_histograms: both, ingestion_time_range_slack: 2h}}
            """);
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus, folder).With("overrides.defaults.metrics_generator.processors", "[span-metrics]"));
        var span = Make.Span(Make.TraceId());
        span.TraceState = "vendor=1,ot=th:c;rv:e0123456789abc";
        span.StartTimeUnixNano -= 3_600_000_000_000;
        span.EndTimeUnixNano = span.StartTimeUnixNano + 300_000_000;
        foreach (var tenant in new[] { "a", "b", "c" }) await server.Grpc.SendAsync(Make.Request("shop", [span]), tenant);

        await prometheus.BecomesAsync("histogram_count(traces_spanmetrics_latency{tenant=\"a\"})", 4);
        await prometheus.BecomesAsync("histogram_count(traces_spanmetrics_latency{tenant=\"b\"})", 1);
        Assert.Equal(4, await prometheus.ValueAsync(Calls("a")));
        // 0.3 lies in (0.25, 1] where a bucket is four times as wide as the one before, and in (0.297, 0.324] with the usual ones.
        Assert.Equal(1, await prometheus.ValueAsync("histogram_quantile(1, traces_spanmetrics_latency{tenant=\"a\"})"), 6);
        Assert.InRange(await prometheus.ValueAsync("histogram_quantile(1, traces_spanmetrics_latency{tenant=\"b\"})"), 0.3, 0.325);
        // An hour ago is too long for who did not say otherwise.
        Assert.Equal(1, await server.Api.MetricAsync("tempo_metrics_generator_spans_discarded_total", "tenant=\"c\",reason=\"outside_metrics_ingestion_slack\""));
    }

    [Fact]
    public async Task Labels_that_become_the_same_or_mean_something_to_Prometheus_spoil_no_request()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        using var folder = new TestFolder();
        await WriteAsync(folder, "overrides: {a: {metrics_generator: {processor: {span_metrics: {dimensions: [le, __name__, x.y, x_y], enable_target_info: true}}}}}");
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus, folder).With("overrides.defaults.metrics_generator.processors", "[span-metrics]"));
        var request = Make.Request("shop", new[] { "1", "2" }.Select(end => Make.Span(
            Make.TraceId(), 1, new string('x', 3000) + end, 0,
            Make.Attribute("le", "5"), Make.Attribute("__name__", "other"), Make.Attribute("x.y", end), Make.Attribute("x_y", "both"))));
        request.ResourceSpans[0].Resource.Attributes.Add(Make.Attribute("__name__", "other"));
        await server.Grpc.SendAsync(request, "a");
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total{tenant=\"a\",__le=\"5\",____name__=\"other\",x_y=\"both\"}", 2);
        await prometheus.BecomesAsync("traces_target_info{tenant=\"a\",job=\"shop\",____name__=\"other\"}", 1);
        Assert.Equal(15, await prometheus.ValueAsync("count(traces_spanmetrics_latency_bucket{tenant=\"a\"})"));
        Assert.Equal(0, await server.Api.MetricAsync("prometheus_remote_storage_samples_failed_total"));
    }

    private static string Calls(string tenant) => $"traces_spanmetrics_calls_total{{tenant=\"{tenant}\"}}";

    private static string FileWith(params string[] spanMetricsOfA)
    {
        var text = new StringBuilder("overrides:\n  a:\n    metrics_generator:\n      processors: [span-metrics, service-graphs]\n      processor:\n").Append(OfA).Append('\n');
        foreach (var key in spanMetricsOfA) text.Append(CultureInfo.InvariantCulture, $"          {key}\n");
        return text.Append(OfB).Append('\n').ToString();
    }

    /// <summary>Whole or not at all: a look at half a file would be a look at a bad one.</summary>
    private static async Task WriteAsync(TestFolder folder, string text)
    {
        await File.WriteAllTextAsync(folder.File("next.yaml"), text, TestContext.Current.CancellationToken);
        File.Move(folder.File("next.yaml"), folder.File("overrides.yaml"), overwrite: true);
    }

    /// <summary>A span, and one that a policy of tenant a leaves out.</summary>
    private static async Task SendAsync(RubatoProcess server, params string[] tenants)
    {
        foreach (var tenant in tenants)
        {
            KeyValue[] attributes =
            [
                Make.Attribute("http.method", "GET"), Make.Attribute("http.status_code", 200L), Make.Attribute("customer", "acme"), Make.Attribute("ratio", 0.25),
                Make.Attribute("cloud.region", "north"), Make.Attribute("cloud.zone", "2"),
            ];
            await server.Grpc.SendAsync(Make.Request("shop", [Make.Span(Make.TraceId(), 1, "GET /cart", 0, attributes), Make.Span(Make.TraceId(), 1, "health check", 0, attributes)]), tenant);
        }
    }

    private static async Task CallAsync(RubatoProcess server)
    {
        var id = Make.TraceId();
        var call = Make.Span(id, 1, "call", 0, Make.Attribute("http.method", "GET"));
        call.Kind = Span.Types.SpanKind.Client;
        await server.Grpc.SendAsync(Make.Request("shop", [call]), "a");
        await server.Grpc.SendAsync(Make.Request("stock", [Make.Span(id, 2, "answer", 1, Make.Attribute("http.method", "PUT"))]), "a");
    }

    /// <summary>The labels of a query's only series, without its name, tenant and generator.</summary>
    private static async Task<List<string>> LabelsAsync(PrometheusServer prometheus, string promql)
    {
        var (labels, _) = Assert.Single(await prometheus.AllAsync(promql));
        return [.. labels.Where(l => l.Key is not ("__name__" or "tenant" or "__metrics_gen_instance")).Select(l => l.Key + "=" + l.Value).Order(StringComparer.Ordinal)];
    }

    private static async Task<List<string>> BoundsAsync(PrometheusServer prometheus, string promql) =>
        [.. (await prometheus.AllAsync($"count by (le) ({promql})")).Select(s => s.Labels["le"]).Order(StringComparer.Ordinal)];

    private static async Task<string> AskAsync(HttpClient client, HttpMethod method, string version, string? document)
    {
        using var message = new HttpRequestMessage(method, "/api/overrides") { Content = document is null ? null : new StringContent(document) };
        message.Headers.TryAddWithoutValidation("X-Scope-OrgID", "a");
        message.Headers.TryAddWithoutValidation("If-Match", version);
        using var answer = await client.SendAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer.Headers.TryGetValues("ETag", out var tag) ? tag.Single() : "";
    }

    private static RubatoSettings Settings(PrometheusServer prometheus, TestFolder folder) => new RubatoSettings()
        .With("multitenancy_enabled", "true")
        .With("metrics_generator.registry.collection_interval", "1s")
        .With("metrics_generator.registry.inject_tenant_id_as", "tenant")
        .With("metrics_generator.storage.path", "{folder}/generator")
        .With("metrics_generator.storage.remote_write", $"[{{url: '{prometheus.WriteUrl}'}}]")
        .With("overrides.per_tenant_override_config", folder.File("overrides.yaml"))
        .With("overrides.per_tenant_override_period", "100ms");
}
