using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Generating;

/// <summary>Kinds of edges, and spans that come late, twice, from wrong clocks or alone, as a real Prometheus sees them.</summary>
public sealed class GraphEdgeTests
{
    [Fact]
    public async Task Every_kind_of_edge_has_its_labels_and_hosts_are_named()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus)
            .With("overrides.defaults.metrics_generator.processors", "[service-graphs, host-info]")
            .With("metrics_generator.processor.service_graphs.enable_messaging_system_latency_histogram", "true")
            .With("metrics_generator.processor.service_graphs.enable_virtual_node_label", "true"));
        var id = Make.TraceId();
        var sent = Kind(Make.Span(id, 1, "send"), Span.Types.SpanKind.Producer);
        var taken = Kind(Make.Span(id, 2, "take", 1), Span.Types.SpanKind.Consumer);
        // Begins 250 ms after the sender ended.
        taken.StartTimeUnixNano = sent.EndTimeUnixNano + 250_000_000;
        taken.EndTimeUnixNano = taken.StartTimeUnixNano + 1_000_000;
        var named = Kind(Make.Span(id, 3, "query", 2, Make.Attribute("db.name", "orders"), Make.Attribute("server.address", "db-1")), Span.Types.SpanKind.Client);
        var system = Kind(Make.Span(id, 4, "query", 2, Make.Attribute("db.system", "redis")), Span.Types.SpanKind.Client);
        var outside = Kind(Make.Span(id, 5, "pay", 2, Make.Attribute("peer.service", "bank")), Span.Types.SpanKind.Client);
        var alone = Kind(Make.Span(id, 6, "who", 2), Span.Types.SpanKind.Client);
        var orphan = Make.Span(id, 7, "whose", 99);
        var root = Make.Span(Make.TraceId(), 8, "root");
        var internalWork = Kind(Make.Span(id, 9, "work", 2), Span.Types.SpanKind.Internal);
        await server.Grpc.SendAsync(Make.Request("sender", [sent]));
        var request = Make.Request("taker", [taken, named, system, outside, alone, orphan, root, internalWork]);
        request.ResourceSpans[0].Resource.Attributes.Add(Make.Attribute("host.id", "host-7"));
        await server.Grpc.SendAsync(request);

        await prometheus.BecomesAsync(Total("sender", "taker", "connection_type=\"messaging_system\""), 1);
        await prometheus.BecomesAsync(Total("taker", "db-1", "connection_type=\"database\""), 1);
        await prometheus.BecomesAsync(Total("taker", "redis", "connection_type=\"database\""), 1);
        await prometheus.BecomesAsync(Total("taker", "bank", "connection_type=\"virtual_node\",virtual_node=\"server\""), 1);
        await prometheus.BecomesAsync(Total("user", "taker", "connection_type=\"virtual_node\",virtual_node=\"client\""), 1);
        await prometheus.BecomesAsync("count(traces_service_graph_request_total)", 5);
        Assert.Equal(0.25, await prometheus.ValueAsync("traces_service_graph_request_messaging_system_seconds_sum{client=\"sender\"}"), 6);
        Assert.Equal(1, await prometheus.ValueAsync("count(traces_service_graph_request_messaging_system_seconds_count)"));
        Assert.Equal(1, await prometheus.ValueAsync("traces_host_info{grafana_host_id=\"host-7\",host_source=\"host.id\"}"));
        // One client and one server that nobody was the other side of.
        Assert.Equal(2, await server.Api.MetricAsync("tempo_metrics_generator_processor_service_graphs_expired_edges"));
    }

    [Fact]
    public async Task Late_repeated_and_skewed_spans_are_bounded_and_no_duration_is_negative()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus)
            .With("metrics_generator.processor.span_metrics.enabled", "true").With("metrics_generator.processor.service_graphs.enabled", "true")
            .With("metrics_generator.processor.service_graphs.max_items", "50"));
        var id = Make.TraceId();
        var call = Kind(Make.Span(id, 1, "call"), Span.Types.SpanKind.Client);
        // The server's clock is ten seconds behind, and went back while it worked.
        var answer = Make.Span(id, 2, "answer", 1);
        answer.StartTimeUnixNano -= 10_000_000_000;
        answer.EndTimeUnixNano = answer.StartTimeUnixNano - 1_000_000;
        await server.Grpc.SendAsync(Make.Request("client", [call]));
        await server.Grpc.SendAsync(Make.Request("server", [answer]));
        await prometheus.BecomesAsync(Total("client", "server"), 1);
        Assert.Equal(0, await prometheus.ValueAsync("traces_service_graph_request_server_seconds_sum{client=\"client\"}"));
        Assert.Equal(0.005, await prometheus.ValueAsync("traces_service_graph_request_client_seconds_sum{client=\"client\"}"), 9);
        await prometheus.BecomesAsync("traces_spanmetrics_latency_bucket{service=\"server\",le=\"0.002\"}", 1);

        // The sender tries again: both sides count once more, as a second call; the processor knows no ids of the past.
        await server.Grpc.SendAsync(Make.Request("client", [call]));
        await server.Grpc.SendAsync(Make.Request("server", [answer]));
        await prometheus.BecomesAsync(Total("client", "server"), 2);
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total{service=\"client\"}", 2);

        // Its other side comes when the wait is over: no edge, and both sides are counted as waiting in vain.
        var late = Make.TraceId();
        await server.Grpc.SendAsync(Make.Request("client", [Kind(Make.Span(late, 1, "call"), Span.Types.SpanKind.Client)]));
        await IsAsync(server, "expired_edges", 1);
        await server.Grpc.SendAsync(Make.Request("server", [Make.Span(late, 2, "answer", 1)]));
        await IsAsync(server, "expired_edges", 2);
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total{service=\"server\"}", 3);
        Assert.Equal(2, await prometheus.ValueAsync(Total("client", "server")));

        // More waiting than there is room for.
        await server.Grpc.SendAsync(Make.Request("client", Enumerable.Range(0, 200).Select(i => Kind(Make.Span(Make.TraceId(), 1, "call"), Span.Types.SpanKind.Client))));
        await IsAsync(server, "dropped_spans", 150);
        await IsAsync(server, "expired_edges", 52);
    }

    [Fact]
    public async Task Killing_either_side_loses_no_collected_sample()
    {
        await using var prometheus = await PrometheusServer.StartAsync();
        await using var server = await RubatoProcess.StartAsync(Settings(prometheus).With("metrics_generator.processor.span_metrics.enabled", "true"));
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), 1));
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total", 1);
        await prometheus.KillAsync();
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), 2), Make.Span(Make.TraceId(), 3));
        var before = await server.Api.MetricAsync("tempo_metrics_generator_registry_collections_total");
        await Within.Get(TimeSpan.FromSeconds(20), () => server.Api.MetricAsync("tempo_metrics_generator_registry_collections_total"), v => v >= before + 3, "collections that nobody takes");
        await server.Kill9Async();
        await server.StartAgainAsync();
        await prometheus.StartAgainAsync();
        await prometheus.BecomesAsync("max_over_time(traces_spanmetrics_calls_total[10m])", 3);

        // What is stored in the server's own log makes no metrics a second time.
        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), 4));
        await prometheus.BecomesAsync("traces_spanmetrics_calls_total", 1);
        Assert.Equal(0, await server.Api.MetricAsync("prometheus_remote_storage_samples_failed_total"));
        Assert.Equal(0, await server.Api.MetricAsync("prometheus_remote_storage_samples_dropped_total"));
    }

    private static Task<double> IsAsync(RubatoProcess server, string metric, double expected) => Within.Get(
        TimeSpan.FromSeconds(20), () => server.Api.MetricAsync("tempo_metrics_generator_processor_service_graphs_" + metric), v => Math.Abs(v - expected) < 0.5, $"{metric} = {expected}");

    private static string Total(string client, string server, string more = "") =>
        $"traces_service_graph_request_total{{client=\"{client}\",server=\"{server}\"{(more.Length > 0 ? "," + more : "")}}}";

    private static Span Kind(Span span, Span.Types.SpanKind kind)
    {
        span.Kind = kind;
        return span;
    }

    private static RubatoSettings Settings(PrometheusServer prometheus) => new RubatoSettings()
        .With("metrics_generator.registry.collection_interval", "1s")
        .With("metrics_generator.storage.path", "{folder}/generator")
        .With("metrics_generator.storage.remote_write", $"[{{url: '{prometheus.WriteUrl}'}}]")
        .With("metrics_generator.processor.service_graphs.wait", "1s");
}
