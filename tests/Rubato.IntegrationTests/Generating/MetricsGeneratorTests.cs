using System.Net;
using System.Text.Json;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Generating;

/// <summary>Metrics from spans as a real Prometheus sees them (spec/metrics-generator.md), against what the spans say.</summary>
public sealed class MetricsGeneratorTests
{
    [Fact]
    public async Task Calls_latencies_sizes_and_exemplars_are_those_of_the_spans()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus)
            .With("metrics_generator.processor.span_metrics.dimensions", "[http.method, http.status_code, service.name]"));
        var spans = new List<Span>();
        for (var i = 1; i <= 20; i++)
        {
            var span = Make.Span(Make.TraceId(), (ulong)i, "GET /cart", 0, Make.Attribute("http.method", "GET"), Make.Attribute("http.status_code", i % 5 == 0 ? 500L : 200L));
            span.EndTimeUnixNano = span.StartTimeUnixNano + ((ulong)i * 4_000_000);
            if (i % 5 == 0) span.Status = new Status { Code = Status.Types.StatusCode.Error };
            spans.Add(span);
        }

        await server.Grpc.SendAsync(Make.Request("shop", spans));
        await prometheus.BecomesAsync("sum(traces_spanmetrics_calls_total{service=\"shop\"})", 20);
        Assert.Equal(4, await prometheus.ValueAsync(
            "traces_spanmetrics_calls_total{service=\"shop\",span_name=\"GET /cart\",span_kind=\"SPAN_KIND_SERVER\",status_code=\"STATUS_CODE_ERROR\",http_method=\"GET\",http_status_code=\"500\",service_name=\"shop\",source=\"tempo\"}"));
        Assert.Equal(spans.Sum(s => s.CalculateSize()), await prometheus.ValueAsync("sum(traces_spanmetrics_size_total)"));
        Assert.Equal(20, await prometheus.ValueAsync("sum(traces_spanmetrics_latency_count)"));
        Assert.Equal(spans.Sum(s => (s.EndTimeUnixNano - s.StartTimeUnixNano) / 1e9), await prometheus.ValueAsync("sum(traces_spanmetrics_latency_sum)"), 9);
        foreach (var (le, bound) in new[] { ("0.004", 4.0), ("0.016", 16), ("0.032", 32), ("0.064", 64), ("+Inf", 1e9) })
        {
            Assert.Equal(
                spans.Count(s => (s.EndTimeUnixNano - s.StartTimeUnixNano) / 1e6 <= bound),
                await prometheus.ValueAsync($"sum(traces_spanmetrics_latency_bucket{{le=\"{le}\"}})"));
        }

        // The first increase is seen too: a 0 lies before it.
        Assert.Equal(20, await prometheus.ValueAsync("sum(max_over_time(traces_spanmetrics_calls_total[10m]) - min_over_time(traces_spanmetrics_calls_total[10m]))"));
        // Grafana's APM table, and the guide's own query.
        Assert.InRange(await prometheus.ValueAsync("histogram_quantile(.9, sum(rate(traces_spanmetrics_latency_bucket{span_name=\"GET /cart\"}[10m])) by (le))"), 0.064, 0.128);
        Assert.True(await prometheus.ValueAsync("sum(rate(traces_spanmetrics_latency_bucket{service=\"shop\"}[10m]))") > 0);

        var exemplars = await prometheus.ExemplarsAsync("traces_spanmetrics_latency_bucket");
        var ids = spans.Select(s => Convert.ToHexStringLower(s.TraceId.Span)).ToHashSet();
        Assert.NotEmpty(exemplars);
        Assert.All(exemplars, id => Assert.Contains(id, ids));
        Assert.Contains(Convert.ToHexStringLower(spans[19].TraceId.Span), exemplars);
    }

    [Fact]
    public async Task The_service_graph_is_the_same_in_Prometheus_and_without_it()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus).With("metrics_generator.processor.service_graphs.wait", "2s"));
        for (var i = 0; i < 8; i++)
        {
            // user -> shop -> stock -> postgresql, and shop -> a service that sends no spans.
            var id = Make.TraceId();
            var root = Kind(Make.Span(id, 1, "POST /order"), Span.Types.SpanKind.Server);
            var call = Kind(Make.Span(id, 2, "call", 1), Span.Types.SpanKind.Client);
            var answer = Kind(Make.Span(id, 3, "reserve", 2), Span.Types.SpanKind.Server);
            var query = Kind(Make.Span(id, 4, "select", 3, Make.Attribute("db.system", "postgresql")), Span.Types.SpanKind.Client);
            var outside = Kind(Make.Span(id, 5, "pay", 1, Make.Attribute("peer.service", "bank")), Span.Types.SpanKind.Client);
            if (i < 2) answer.Status = new Status { Code = Status.Types.StatusCode.Error };
            answer.EndTimeUnixNano = answer.StartTimeUnixNano + 100_000_000;
            // Sides of an edge come in requests of their own, the called one first.
            await server.Grpc.SendAsync(Make.Request("stock", [answer, query]));
            await server.Grpc.SendAsync(Make.Request("shop", [root, call, outside]));
        }

        await prometheus.BecomesAsync("traces_service_graph_request_total{client=\"shop\",server=\"stock\"}", 8);
        await prometheus.BecomesAsync("traces_service_graph_request_total{client=\"user\",server=\"shop\",connection_type=\"virtual_node\"}", 8);
        await prometheus.BecomesAsync("traces_service_graph_request_total{client=\"shop\",server=\"bank\",connection_type=\"virtual_node\"}", 8);
        await prometheus.BecomesAsync("traces_service_graph_request_total{client=\"stock\",server=\"postgresql\",connection_type=\"database\"}", 8);
        Assert.Equal(2, await prometheus.ValueAsync("traces_service_graph_request_failed_total"));
        Assert.Equal(0.8, await prometheus.ValueAsync("traces_service_graph_request_server_seconds_sum{client=\"shop\",server=\"stock\"}"), 9);
        Assert.Equal(8, await prometheus.ValueAsync("traces_service_graph_request_client_seconds_count{client=\"shop\",server=\"stock\"}"));

        using var http = new HttpClient();
        foreach (var fromBlock in new[] { false, true })
        {
            if (fromBlock) await http.GetStringAsync(new Uri(server.Http, "/flush"), TestContext.Current.CancellationToken);
            using var graph = JsonDocument.Parse(await http.GetStringAsync(new Uri(server.Http, "/api/metrics/service_graph"), TestContext.Current.CancellationToken));
            var edges = graph.RootElement.GetProperty("edges").EnumerateArray().ToArray();
            Assert.Equal(
                ["shop>bank", "shop>stock", "stock>postgresql", "user>shop"],
                edges.Select(e => e.GetProperty("source").GetString() + ">" + e.GetProperty("target").GetString()));
            foreach (var edge in edges)
            {
                var labels = $"{{client=\"{edge.GetProperty("source").GetString()}\",server=\"{edge.GetProperty("target").GetString()}\"}}";
                Assert.Equal(edge.GetProperty("calls").GetInt64(), await prometheus.ValueAsync("traces_service_graph_request_total" + labels));
            }

            Assert.Equal((0.25, 100.0), (edges[1].GetProperty("error_rate").GetDouble(), Math.Round(edges[1].GetProperty("avg_duration").GetDouble(), 6)));
            Assert.Equal(
                ["bank", "postgresql", "shop", "stock", "user"], graph.RootElement.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("id").GetString()!));
        }

        using var red = JsonDocument.Parse(await http.GetStringAsync(new Uri(server.Http, "/api/rubato/red?service=stock"), TestContext.Current.CancellationToken));
        var operation = Assert.Single(red.RootElement.GetProperty("operations").EnumerateArray());
        Assert.Equal(("reserve", 8, 0.25), (operation.GetProperty("operation").GetString(), operation.GetProperty("calls").GetInt32(), operation.GetProperty("error_rate").GetDouble()));
        Assert.InRange(operation.GetProperty("p99").GetDouble(), 96, 104);

        using var bad = await http.GetAsync(new Uri(server.Http, "/api/metrics/service_graph?start=5&end=4"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Contains("\"nodes\":[]", await bad.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dead_Prometheus_and_a_restart_lose_no_sample()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus));
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), 1));
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total", 1);

        await prometheus.KillAsync();
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), 2), Make.Span(Make.TraceId(), 3));
        await Within.Get(TimeSpan.FromSeconds(20), () => server.Api.MetricAsync("prometheus_remote_storage_samples_retried_total"), v => v > 0, "a try in vain");
        // Nobody takes the last collection: it must not hold the end up, and it must not be lost.
        Assert.Equal(0, await server.StopAsync());
        await server.StartAgainAsync();
        await prometheus.StartAgainAsync();
        await prometheus.BecomesAsync("max_over_time(traces_spanmetrics_calls_total[10m])", 3);

        // After a restart the counter begins anew, and Prometheus sees a reset, not a gap or a refusal.
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), 4), Make.Span(Make.TraceId(), 5));
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total", 2);
        Assert.Equal(1, await prometheus.ValueAsync("resets(traces_spanmetrics_calls_total[10m])"));
        Assert.True(double.IsNaN(await SafeMetricAsync(server, "prometheus_remote_storage_samples_failed_total")));
    }

    [Fact]
    public async Task A_tidy_end_sends_a_last_collection()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus).With("metrics_generator.registry.collection_interval", "1h"));
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), 1), Make.Span(Make.TraceId(), 2));
        Assert.Equal(0, await server.StopAsync());
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total", 2);
    }

    [Fact]
    public async Task Spans_out_of_time_and_names_without_end_are_bounded_and_counted()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus).With("overrides.defaults.metrics_generator.max_active_series", "200"));
        var old = Make.Span(Make.TraceId(), 1);
        old.StartTimeUnixNano -= 3_600_000_000_000;
        old.EndTimeUnixNano -= 3_600_000_000_000;
        await server.Grpc.SendAsync(Make.Request("shop", [old]));
        await server.Grpc.SendAsync(Make.Request("shop", Enumerable.Range(0, 500).Select(i => Make.Span(Make.TraceId(), 7, $"bomb {i}"))));
        await prometheus.BecomesAsync("sum(traces_spanmetrics_calls_total)", 500);
        Assert.InRange(await prometheus.ValueAsync("count(traces_spanmetrics_calls_total)"), 2, 12);
        Assert.True(await prometheus.ValueAsync("traces_spanmetrics_calls_total{metric_overflow=\"true\"}") > 480);
        Assert.Equal(1, await server.Api.MetricAsync("tempo_metrics_generator_spans_discarded_total", "reason=\"outside_metrics_ingestion_slack\""));
        Assert.True(await server.Api.MetricAsync("tempo_metrics_generator_registry_series_limited_total") > 0);
        Assert.InRange(await server.Api.MetricAsync("tempo_metrics_generator_registry_active_series"), 1, 200);
    }

    [Fact]
    public async Task An_endpoint_that_refuses_for_good_is_counted_and_holds_nothing_up()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(
            Settings(prometheus).With("metrics_generator.storage.remote_write", $"[{{url: '{prometheus.WriteUrl}'}}, {{url: '{prometheus.Address}no-such', name: wrong}}]"));
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), 1));
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total", 1);
        await Within.Get(TimeSpan.FromSeconds(20), () => SafeMetricAsync(server, "prometheus_remote_storage_samples_failed_total", "remote_name=\"wrong\""), v => v > 0, "refused samples");
    }

    [Fact]
    public async Task Native_histograms_arrive()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus).With("overrides.defaults.metrics_generator.generate_native_histograms", "both"));
        var spans = new List<Span>();
        for (var i = 1; i <= 50; i++)
        {
            var span = Make.Span(Make.TraceId(), (ulong)i);
            span.EndTimeUnixNano = span.StartTimeUnixNano + ((ulong)i * 10_000_000);
            spans.Add(span);
        }

        await server.Grpc.SendAsync(Make.Request("shop", spans));
        await prometheus.BecomesAsync("histogram_count(traces_spanmetrics_latency)", 50);
        Assert.Equal(12.75, await prometheus.ValueAsync("histogram_sum(traces_spanmetrics_latency)"), 9);
        // The buckets are those of the same durations: a tenth of a power of two wide.
        Assert.InRange(await prometheus.ValueAsync("histogram_quantile(0.5, traces_spanmetrics_latency)"), 0.23, 0.27);
        Assert.InRange(await prometheus.ValueAsync("histogram_quantile(1, traces_spanmetrics_latency)"), 0.49, 0.55);
        Assert.Equal(50, await prometheus.ValueAsync("traces_spanmetrics_latency_count"));
    }

    [Fact]
    public async Task Target_info_arrives_and_what_a_policy_leaves_out_does_not()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus)
            .With("metrics_generator.processor.span_metrics.enable_target_info", "true")
            .With("metrics_generator.processor.span_metrics.filter_policies", "[{include: {match_type: strict, attributes: [{key: service.name, value: shop}]}}]"));
        var request = Make.Request("shop", [Make.Span(Make.TraceId())]);
        request.ResourceSpans[0].Resource.Attributes.Add(Make.Attribute("service.instance.id", "shop-1"));
        request.ResourceSpans[0].Resource.Attributes.Add(Make.Attribute("cloud.region", "north"));
        await server.Grpc.SendAsync(request);
        await server.Grpc.SendAsync(Make.Request("other", [Make.Span(Make.TraceId())]));
        await prometheus.BecomesAsync("traces_target_info{job=\"shop\",instance=\"shop-1\",cloud_region=\"north\"}", 1);
        await prometheus.BecomesAsync("sum(traces_spanmetrics_calls_total)", 1);
        Assert.Equal(1, await prometheus.ValueAsync("traces_spanmetrics_calls_total{job=\"shop\",instance=\"shop-1\"}"));
        Assert.Equal(1, await server.Api.MetricAsync("tempo_metrics_generator_spans_discarded_total", "reason=\"span_metrics_filtered\""));
    }

    [Fact]
    public async Task The_guides_file_runs_with_hosts_and_paths_changed_only()
    {
        var shared = Environment.GetEnvironmentVariable("RUBATO_SHARED") ?? "";
        var file = Path.Combine(shared, "guide", "metrics-generator.yaml");
        Requires.That(shared.Length > 0 && File.Exists(file), "RUBATO_SHARED does not name the folder with the guide");
        await using var prometheus = await PrometheusServer.StartAsync();
        using var folder = new TestFolder();
        var settings = new RubatoSettings
        {
            MoreYaml = (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))
                .Replace("http://prometheus:9090/", prometheus.Address.ToString(), StringComparison.Ordinal).Replace("/var/tempo", folder.Path, StringComparison.Ordinal),
        };
        await using var server = await RubatoProcess.StartAsync(settings);
        await server.Grpc.SendAsync(Make.Request("order-system", [Make.Span(Make.TraceId(), 1, "API.CreateOrder")]));
        // The end collects what the interval of 15 s has not.
        Assert.Equal(0, await server.StopAsync());
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total{service=\"order-system\",service_name=\"order-system\",source=\"tempo\",cluster=\"production\"}", 1);
        await prometheus.BecomesAsync("traces_service_graph_request_total{client=\"user\",server=\"order-system\"}", 1);
        Assert.DoesNotContain("metrics_generator is accepted but", server.Log.Text, StringComparison.Ordinal);
    }

    private static Span Kind(Span span, Span.Types.SpanKind kind)
    {
        span.Kind = kind;
        return span;
    }

    private static async Task<double> SafeMetricAsync(RubatoProcess server, string name, string labels = "")
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync(new Uri(server.Http, "/metrics"));
        var lines = text.Split('\n').Where(l => l.StartsWith(name + "{", StringComparison.Ordinal) && l.Contains(labels, StringComparison.Ordinal)).ToArray();
        return lines.Length == 0 ? double.NaN : lines.Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static RubatoSettings Settings(PrometheusServer prometheus) => new RubatoSettings()
        .With("metrics_generator.registry.collection_interval", "1s")
        .With("metrics_generator.registry.external_labels", "{source: tempo}")
        .With("metrics_generator.storage.path", "{folder}/generator")
        .With("metrics_generator.storage.remote_write", $"[{{url: '{prometheus.WriteUrl}', send_exemplars: true}}]")
        .With("metrics_generator.processor.span_metrics.enabled", "true")
        .With("metrics_generator.processor.service_graphs.enabled", "true");
}
