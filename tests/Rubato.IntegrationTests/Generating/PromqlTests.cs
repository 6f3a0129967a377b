using System.Globalization;
using Rubato.Demo;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Generating;

/// <summary>What people ask Prometheus for, over the load generator and the order simulation, against what follows from the spans themselves.</summary>
public sealed class PromqlTests
{
    [Fact]
    public async Task The_load_generator_gives_the_numbers_of_its_spans()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus));
        using var load = Load.Start(server, 5_000, 0, "grpc");
        await load.EndAsync();
        var spans = load.AcknowledgedSpansAsSent();
        await AssertSpanMetricsAsync(prometheus, spans);
        await AssertServiceGraphAsync(prometheus, spans);
        await AssertGrafanasQueriesAsync(prometheus, spans);

        Assert.Equal(spans.Sum(s => s.Span.CalculateSize()), await prometheus.ValueAsync("sum(traces_spanmetrics_size_total)"));

        // Exemplars lead to traces: failed ones from the failed series, and the slowest of all.
        var exemplars = (await prometheus.ExemplarsAsync("traces_spanmetrics_latency_bucket")).Distinct().ToList();
        Assert.Contains(spans.MaxBy(s => s.Seconds())!.TraceId, exemplars);
        var failed = (await prometheus.ExemplarsAsync("traces_spanmetrics_latency_bucket{status_code=\"STATUS_CODE_ERROR\"}")).Distinct().ToList();
        Assert.NotEmpty(failed);
        var failedTraces = spans.Where(s => s.Failed()).Select(s => s.TraceId).ToHashSet();
        Assert.All(failed, id => Assert.Contains(id, failedTraces));
        foreach (var id in failed.Take(5)) Assert.Contains(await server.Api.TraceAsync(id), s => s.Failed());
    }

    [Fact]
    public async Task The_order_simulation_gives_the_numbers_of_its_spans()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus));
        var demo = new DemoOptions { Endpoint = server.OtlpGrpcAddress, Interval = TimeSpan.Zero, MaxOrders = 5 };
        await new DemoTraffic(demo, TimeProvider.System).RunAsync(TestContext.Current.CancellationToken);
        var spans = new List<FoundSpan>();
        foreach (var id in await server.Api.SearchIdsAsync("{ }", limit: 1000)) spans.AddRange(await server.Api.TraceAsync(id));
        Assert.Equal(5, spans.Count(s => s.Span.Name == "API.CreateOrder"));
        await AssertSpanMetricsAsync(prometheus, spans);
        await AssertServiceGraphAsync(prometheus, spans);
        await AssertGrafanasQueriesAsync(prometheus, spans);
    }

    private static async Task AssertSpanMetricsAsync(PrometheusServer prometheus, List<FoundSpan> spans)
    {
        await prometheus.BecomesAsync("sum(traces_spanmetrics_calls_total)", spans.Count);
        Assert.Equal(
            spans.CountBy(s => $"{s.Service} {s.Span.Name} {s.Failed()}").ToDictionary(g => g.Key, g => (double)g.Value),
            (await prometheus.AllAsync("sum by (service, span_name, status_code) (traces_spanmetrics_calls_total)"))
                .GroupBy(s => $"{s.Labels["service"]} {s.Labels["span_name"]} {s.Labels["status_code"] == "STATUS_CODE_ERROR"}").ToDictionary(g => g.Key, g => g.Sum(s => s.Value)));
        Assert.Equal(
            spans.CountBy(s => "SPAN_KIND_" + s.Span.Kind.ToString().ToUpperInvariant()).ToDictionary(g => g.Key, g => (double)g.Value),
            await ByAsync(prometheus, "sum by (span_kind) (traces_spanmetrics_calls_total)", "span_kind"));

        var buckets = await prometheus.AllAsync("sum by (service, le) (traces_spanmetrics_latency_bucket)");
        Assert.Equal(15 * spans.Select(s => s.Service).Distinct().Count(), buckets.Count);
        foreach (var (labels, value) in buckets)
            Assert.Equal(spans.Count(s => s.Service == labels["service"] && s.Seconds() <= Bound(labels["le"])), value);
        var quantiles = await ByAsync(prometheus, "histogram_quantile(0.9, sum by (le, service) (traces_spanmetrics_latency_bucket))", "service");
        foreach (var service in spans.GroupBy(s => s.Service))
        {
            Assert.Equal(service.Sum(s => s.Seconds()), await prometheus.ValueAsync($"sum(traces_spanmetrics_latency_sum{{service=\"{service.Key}\"}})"), tolerance: 1e-6);
            Assert.Equal(Quantile(0.9, [.. service.Select(s => s.Seconds())]), quantiles[service.Key], tolerance: 1e-6);
        }
    }

    private static async Task AssertServiceGraphAsync(PrometheusServer prometheus, List<FoundSpan> spans)
    {
        var calls = CallOracle.Of(spans);
        await prometheus.BecomesAsync("sum(traces_service_graph_request_total)", calls.Values.Sum(c => c.Calls));
        const string by = "sum by (client, server, connection_type) (traces_service_graph_request_";
        Assert.Equal(Expected(c => c.Calls), await CallsAsync(by + "total)"));
        Assert.Equal(Expected(c => c.Failed).Where(c => c.Value > 0).ToDictionary(), await CallsAsync(by + "failed_total)"));
        AssertClose(Expected(c => c.Server), await CallsAsync(by + "server_seconds_sum)"));
        AssertClose(Expected(c => c.Client), await CallsAsync(by + "client_seconds_sum)"));
        Assert.Equal(Expected(c => c.Calls), await CallsAsync(by + "server_seconds_count)"));

        Dictionary<CallOracle, double> Expected(Func<(int Calls, int Failed, double Server, double Client), double> value) =>
            calls.ToDictionary(c => c.Key, c => value(c.Value));

        async Task<Dictionary<CallOracle, double>> CallsAsync(string promql) => (await prometheus.AllAsync(promql))
            .ToDictionary(s => new CallOracle(s.Labels["client"], s.Labels["server"], s.Labels.GetValueOrDefault("connection_type", "")), s => s.Value);
    }

    /// <summary>Sums of thousands of durations, added up in another order.</summary>
    private static void AssertClose(Dictionary<CallOracle, double> expected, Dictionary<CallOracle, double> actual)
    {
        Assert.Equal(expected.Keys.ToHashSet(), actual.Keys.ToHashSet());
        foreach (var (call, value) in expected) Assert.Equal(value, actual[call], tolerance: 1e-6);
    }

    /// <summary>Word for word as Grafana's service map and its table send them (spec/grafana-datasource.md 6), with a range of ten minutes.</summary>
    private static async Task AssertGrafanasQueriesAsync(PrometheusServer prometheus, List<FoundSpan> spans)
    {
        var pairs = CallOracle.Of(spans).GroupBy(c => c.Key.Client + ">" + c.Key.Server).ToDictionary(g => g.Key, g => g.Sum(c => c.Value.Failed));
        var edges = await PairsAsync("sum by (client, server) (rate(traces_service_graph_request_total[10m]))", pairs.Keys);
        Assert.All(edges.Values, rate => Assert.True(rate > 0));
        await PairsAsync("sum by (client, server) (rate(traces_service_graph_request_failed_total[10m]))", pairs.Where(p => p.Value > 0).Select(p => p.Key));
        await PairsAsync("sum by (client, server) (rate(traces_service_graph_request_server_seconds_sum[10m]))", pairs.Keys);
        Assert.Equal(
            CallOracle.Of(spans).Keys.Select(c => $"{c.Client}>{c.Server} {c.ConnectionType}").Order(StringComparer.Ordinal),
            (await prometheus.AllAsync("group by (client, connection_type, server) (traces_service_graph_request_total)"))
                .Select(s => $"{s.Labels["client"]}>{s.Labels["server"]} {s.Labels.GetValueOrDefault("connection_type", "")}").Order(StringComparer.Ordinal));

        var servers = spans.Where(s => s.Span.Kind == Otlp.Span.Types.SpanKind.Server).ToList();
        var top = await Within.Get(
            TimeSpan.FromSeconds(30), () => ByAsync(prometheus, "topk(5, sum(rate(traces_spanmetrics_calls_total{span_kind=\"SPAN_KIND_SERVER\"}[10m])) by (span_name))", "span_name"),
            found => found.Count == Math.Min(5, servers.Select(s => s.Span.Name).Distinct().Count()), "the five busiest operations have rates");
        Assert.All(top.Keys, name => Assert.Contains(servers, s => s.Span.Name == name));
        var name = top.First().Key;
        var slow = await prometheus.ValueAsync(
            $"histogram_quantile(.9, sum(rate(traces_spanmetrics_latency_bucket{{span_name=~\"{System.Text.RegularExpressions.Regex.Escape(name).Replace("\\", "\\\\", StringComparison.Ordinal)}\",span_kind=\"SPAN_KIND_SERVER\"}}[10m])) by (le))");
        Assert.InRange(slow, 0.000001, 16.384);
        Assert.True(await prometheus.ValueAsync("sum(rate(traces_spanmetrics_latency_bucket[5m]))") > 0);

        // Exactly these; a rate needs two samples of a series, and the second may still be on its way.
        async Task<Dictionary<string, double>> PairsAsync(string promql, IEnumerable<string> expected)
        {
            var wanted = expected.ToHashSet();
            return await Within.Get(
                TimeSpan.FromSeconds(30),
                async () => (await prometheus.AllAsync(promql)).ToDictionary(s => s.Labels["client"] + ">" + s.Labels["server"], s => s.Value),
                found => wanted.SetEquals(found.Keys), $"{promql} has the pairs {string.Join(", ", wanted)}");
        }
    }

    private static async Task<Dictionary<string, double>> ByAsync(PrometheusServer prometheus, string promql, string label) =>
        (await prometheus.AllAsync(promql)).ToDictionary(s => s.Labels[label], s => s.Value);

    private static double Bound(string le) => le == "+Inf" ? double.PositiveInfinity : double.Parse(le, CultureInfo.InvariantCulture);

    /// <summary>As Prometheus takes it from the default buckets: within a bucket evenly spread.</summary>
    private static double Quantile(double q, double[] seconds)
    {
        var rank = q * seconds.Length;
        var (low, below) = (0.0, 0);
        for (var bound = 0.002; bound < 20; bound *= 2)
        {
            var until = seconds.Count(s => s <= Math.Round(bound, 3));
            if (until >= rank) return low + ((Math.Round(bound, 3) - low) * (rank - below) / (until - below));
            (low, below) = (Math.Round(bound, 3), until);
        }

        return 16.384;
    }

    private static RubatoSettings Settings(PrometheusServer prometheus) => new RubatoSettings()
        .With("metrics_generator.metrics_ingestion_time_range_slack", "10m")
        .With("metrics_generator.registry.collection_interval", "1s")
        .With("metrics_generator.storage.path", "{folder}/generator")
        .With("metrics_generator.storage.remote_write", $"[{{url: '{prometheus.WriteUrl}', send_exemplars: true}}]")
        .With("metrics_generator.processor.span_metrics.enabled", "true")
        .With("metrics_generator.processor.service_graphs.wait", "3s")
        .With("metrics_generator.processor.service_graphs.enabled", "true");
}
