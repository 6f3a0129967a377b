using Google.Protobuf;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Limits;

/// <summary>Live traces and sizes of traces: the request is accepted, the trace's spans are not, and the sender is told by partial success.</summary>
public sealed class TraceLimitTests
{
    [Theory]
    [InlineData("overrides.defaults.ingestion.max_traces_per_user", "overrides.defaults.ingestion.max_global_traces_per_user")]
    [InlineData("overrides.defaults.ingestion.max_global_traces_per_user", "overrides.defaults.ingestion.max_traces_per_user")]
    public async Task A_trace_too_many_is_refused_and_the_others_of_its_request_are_kept(string limit, string off)
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With(limit, "2").With(off, "0"));
        var (first, second, third) = (Make.TraceId(), Make.TraceId(), Make.TraceId());
        await server.Grpc.SendAsync(Make.Span(first), Make.Span(second));
        var answer = await server.Grpc.SendAsync(Make.Span(first, 2), Make.Span(third, 1), Make.Span(third, 2), Make.Span(second, 2));
        Assert.Equal(2, answer.PartialSuccess.RejectedSpans);
        Assert.StartsWith("LIVE_TRACES_EXCEEDED: ", answer.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Equal((2, 4), await server.Api.CountAsync());
        Assert.Empty(await server.Api.TraceAsync(third));
        Assert.Equal(2, await server.Api.MetricAsync("tempo_discarded_spans_total", "reason=\"live_traces_exceeded\""));
        Assert.Contains("LIVE_TRACES_EXCEEDED", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Traces_that_received_nothing_for_a_while_are_not_live()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("overrides.defaults.ingestion.max_traces_per_user", "1").With("ingester.trace_idle_period", "200ms"));
        await server.Grpc.SendAsync(Make.Span(Make.TraceId()));
        await Within.Get(TimeSpan.FromSeconds(20), async () => await server.Grpc.SendAsync(Make.Span(Make.TraceId())), a => a.PartialSuccess is null, "room for a new trace");
    }

    [Fact]
    public async Task A_trace_that_would_grow_too_large_keeps_what_it_has()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("overrides.defaults.global.max_bytes_per_trace", "3000"));
        var (large, other) = (Make.TraceId(), Make.TraceId());
        await server.Otlp.SendAsync(Make.Span(large, 1, new string('x', 2000)));
        var answer = await server.Otlp.PostAsync(Make.Request(Make.Span(large, 2, new string('x', 2000)), Make.Span(other)).ToByteArray());
        Assert.Equal(1, answer.PartialSuccess.RejectedSpans);
        Assert.StartsWith("TRACE_TOO_LARGE: max size of trace (3000 bytes) exceeded", answer.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(large, answer.PartialSuccess.ErrorMessage, StringComparison.Ordinal);
        Assert.Single(await server.Api.TraceAsync(large));
        Assert.Single(await server.Api.TraceAsync(other));
        Assert.Equal(1, await server.Api.MetricAsync("tempo_discarded_spans_total", "reason=\"trace_too_large\""));

        // What was refused is not in the log either.
        await server.Kill9Async();
        await server.StartAgainAsync();
        Assert.Single(await server.Api.TraceAsync(large));
        Assert.Single(await server.Api.TraceAsync(other));
    }

    [Fact]
    public async Task Received_and_refused_spans_are_logged_on_request()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("distributor.log_received_spans.enabled", "true").With("distributor.log_received_spans.include_all_attributes", "true")
            .With("distributor.log_discarded_spans.enabled", "true").With("overrides.defaults.ingestion.max_traces_per_user", "1"));
        var (first, second) = (Make.TraceId(), Make.TraceId());
        await server.Grpc.SendAsync(Make.Span(first, 1, "work", 0, Make.Attribute("http.route", "/a b")));
        await server.Grpc.SendAsync(Make.Span(second));
        await Within.Become(TimeSpan.FromSeconds(20), () => server.Log.Contains("discarded"), "a line of the refused span");
        Assert.Contains($"received tenant=single-tenant spanid=0000000000000001 traceid={first}", server.Log.Text, StringComparison.Ordinal);
        Assert.Contains("span_http_route", server.Log.Text, StringComparison.Ordinal);
        Assert.Contains($"discarded tenant=single-tenant spanid=0000000000000001 traceid={second}", server.Log.Text, StringComparison.Ordinal);
    }
}
