using Google.Protobuf;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Security;

namespace Rubato.IntegrationTests.Asking;

/// <summary>What the guide's recording rules and alerts (spec/guide.md, S146 to S153) and Tempo's dashboards ask for is there.</summary>
public sealed class MetricsTests(SharedServer shared)
{
    [Fact]
    public async Task The_guides_rules_find_their_metrics()
    {
        var api = shared.Server.Api;
        await shared.Server.Otlp.SendAsync(Make.Span(Make.TraceId()));
        var bad = await shared.Server.Otlp.PostAsync(Make.Request(new Otlp.Span { Name = "no ids" }).ToByteArray());
        Assert.Equal(400, (int)bad.Status);
        await api.CountAsync();
        await api.FlushAsync();

        var text = await api.TextAsync("/metrics");
        foreach (var series in (string[])["tempo_distributor_spans_received_total{tenant=\"single-tenant\",status=\"success\"} ", "tempo_distributor_spans_received_total{tenant=\"single-tenant\",status=\"error\"} ",
                                          "tempo_distributor_bytes_received_total{tenant=\"single-tenant\"} ", "tempo_ingester_blocks_flushed_total ", "process_resident_memory_bytes ",
                                          "tempo_querier_query_duration_seconds_bucket{op=\"search\",status_code=\"200\",le=\"10\"} ", "# TYPE tempo_storage_errors_total counter",
                                          "tempo_ingester_traces_created_total{tenant=\"single-tenant\"} ", "go_memstats_heap_inuse_bytes ", "tempo_query_frontend_queue_duration_seconds_count "])
            Assert.True(text.Contains("\n" + series, StringComparison.Ordinal), series);
        Assert.True(await api.MetricAsync("process_resident_memory_bytes") > 20e6);
    }

    [Fact]
    public async Task Requests_are_measured_by_route_and_connections_by_port()
    {
        var (server, api) = (shared.Server, shared.Server.Api);
        const string Route = "route=\"/tempopb.StreamingQuerier/Search\",status_code=\"success\"";
        var before = await api.MetricAsync("tempo_request_duration_seconds_count", Route);
        await RawGrpc.StreamAsync(server.GrpcAddress, "tempopb.StreamingQuerier", "Search", RawGrpc.Message(m => m.Text(8, "{ }")), tenant: null);
        await Within.Get(TimeSpan.FromSeconds(20), () => api.MetricAsync("tempo_request_duration_seconds_count", Route), n => n > before, "the gRPC call is counted");
        Assert.True(await api.MetricAsync("tempo_request_duration_seconds_count", "method=\"GET\",route=\"metrics\",status_code=\"200\"") > 0);

        await api.GetAsync("/no/such", method: new HttpMethod("BREW"));
        Assert.True(await api.MetricAsync("tempo_request_duration_seconds_count", "method=\"other\",route=\"other\",status_code=\"404\"") > 0);
        // This very question is under way.
        Assert.True(await api.MetricAsync("tempo_inflight_requests", "route=\"metrics\"") >= 1);
        Assert.True(await api.MetricAsync("tempo_tcp_connections", "protocol=\"http\"") >= 1);
    }
}
