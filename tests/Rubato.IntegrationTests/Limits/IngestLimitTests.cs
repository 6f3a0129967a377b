using System.Diagnostics;
using System.Net;
using Google.Protobuf;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;
using Rubato.IntegrationTests.Security;
using Rubato.Testing.Jaeger;

namespace Rubato.IntegrationTests.Limits;

/// <summary>Limits at the door beside rates and traces (spec/limits-and-overrides.md 1 and 2), for senders of every protocol.</summary>
public sealed class IngestLimitTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("distributor.max_attribute_bytes", "overrides.defaults.ingestion.max_attribute_bytes", "0")]
    [InlineData("overrides.defaults.ingestion.max_attribute_bytes", "distributor.max_attribute_bytes", "2048")]
    public async Task Keys_and_texts_are_cut_at_a_character_wherever_they_stand(string limit, string other, string otherValue)
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With(limit, "16").With(other, otherValue));
        var trace = Make.TraceId();
        // Byte 16 is in the middle of a letter of two bytes.
        var text = "012345678901234\u00e9\u00e9\u00e9";
        KeyValue[] attributes = [Make.Attribute("short", text), Make.Attribute("a key of more than 16 bytes", 7)];
        var span = Make.Span(trace, attributes: attributes);
        span.Events.Add(new Span.Types.Event { Name = "e", TimeUnixNano = span.StartTimeUnixNano, Attributes = { attributes } });
        span.Links.Add(new Span.Types.Link { TraceId = span.TraceId, SpanId = span.SpanId, Attributes = { attributes } });
        var request = Make.Request(span);
        request.ResourceSpans[0].Resource.Attributes.AddRange(attributes);
        request.ResourceSpans[0].ScopeSpans[0].Scope.Attributes.AddRange(attributes);
        await server.Grpc.SendAsync(request);

        var found = Assert.Single(await server.Api.TraceAsync(trace));
        foreach (var kept in new[] { found.Span.Attributes, found.Resource.Attributes, found.Scope.Attributes, found.Span.Events[0].Attributes, found.Span.Links[0].Attributes })
        {
            Assert.Contains(kept, a => a.Key == "short" && a.Value.StringValue == "012345678901234");
            Assert.Contains(kept, a => a.Key == "a key of more th" && a.Value.IntValue == 7);
        }

        foreach (var scope in new[] { "resource", "scope", "span", "event", "link" })
            Assert.Equal(2, await server.Api.MetricAsync("tempo_distributor_attributes_truncated_total", $"scope=\"{scope}\""));
    }

    [Fact]
    public async Task An_answer_is_delayed_as_long_as_the_tenant_says()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("overrides.defaults.ingestion.artificial_delay", "700ms"));
        var clock = Stopwatch.StartNew();
        await server.Grpc.SendAsync(Make.Span(Make.TraceId()));
        Assert.True(clock.ElapsedMilliseconds >= 690, $"{clock.ElapsedMilliseconds} ms");
    }

    [Fact]
    public async Task Spans_with_bad_ids_are_counted_with_their_reason()
    {
        await using var server = await RubatoProcess.StartAsync();
        var (trace, noTrace, noSpan) = (Make.TraceId(), Make.Span(Make.TraceId()), Make.Span(Make.TraceId()));
        noTrace.TraceId = ByteString.CopyFrom(1, 2, 3);
        noSpan.SpanId = ByteString.CopyFrom(new byte[8]);
        Assert.Equal(2, (await server.Grpc.SendAsync(Make.Span(trace), noTrace, noSpan)).PartialSuccess.RejectedSpans);
        Assert.Equal(1, await server.Api.MetricAsync("tempo_discarded_spans_total", "reason=\"invalid_trace_id\""));
        Assert.Equal(1, await server.Api.MetricAsync("tempo_discarded_spans_total", "reason=\"invalid_span_id\""));
        Assert.Single(await server.Api.TraceAsync(trace));
    }

    [Fact]
    public async Task Over_the_rate_each_protocol_has_its_own_answer()
    {
        await using var server = await RubatoProcess.StartAsync(EveryReceiver.Settings()
            .With("overrides.defaults.ingestion.rate_limit_bytes", "1").With("overrides.defaults.ingestion.burst_size_bytes", "10"));
        (string Receiver, string Answer)[] expected =
        [
            ("otlp-http", "429: "), ("otlp-grpc", "ResourceExhausted: RATE_LIMITED: "), ("jaeger-grpc", "ResourceExhausted: RATE_LIMITED: "),
            ("jaeger-thrift-http", "500: Cannot submit Jaeger batch: RATE_LIMITED: "), ("zipkin", "500: "), ("opencensus", "ResourceExhausted: RATE_LIMITED: "),
        ];
        foreach (var (receiver, answer) in expected)
        {
            var id = Make.TraceId();
            Assert.StartsWith(answer, await EveryReceiver.SendAsync(server, receiver, id, "s", tenant: null), StringComparison.Ordinal);
            Assert.Empty(await server.Api.TraceAsync(id));
        }

        await JaegerSenders.UdpAsync(server.Log.Listeners()["jaeger-thrift-compact"], JaegerThriftWriter.Packet(EveryReceiver.Batch(Make.TraceId(), "s"), isCompact: true));
        await Within.Get(Soon, () => server.Api.MetricAsync("rubato_jaeger_udp_dropped_packets_total", "reason=\"refused\""), n => n == 1, "the packet is counted");
        Assert.Equal(expected.Length + 1, await server.Api.MetricAsync("tempo_discarded_spans_total", "reason=\"rate_limited\""));
    }

    [Theory]
    [InlineData("compact")]
    [InlineData("binary")]
    public async Task Packets_that_find_the_queue_full_are_counted(string protocol)
    {
        // The only worker waits with its packet, the next one in the queue.
        var section = $"distributor.receivers.jaeger.protocols.thrift_{protocol}.";
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With(section + "endpoint", "127.0.0.1:0").With(section + "workers", "1").With(section + "queue_size", "1")
            .With("overrides.defaults.ingestion.artificial_delay", "10m"));
        var address = server.Log.Listeners()["jaeger-thrift-" + protocol];
        var labels = $"transport=\"udp_thrift_{protocol}\",reason=\"queue_full\"";
        await Within.Get(
            Soon,
            async () =>
            {
                await JaegerSenders.UdpAsync(address, JaegerThriftWriter.Packet(EveryReceiver.Batch(Make.TraceId(), "s"), isCompact: protocol == "compact"));
                return await server.Api.MetricAsync("rubato_jaeger_udp_dropped_packets_total", labels);
            },
            dropped => dropped >= 2, "dropped packets");
        Assert.Equal(1, (await server.Api.CountAsync()).Spans);
    }

    [Fact]
    public async Task A_trace_that_several_blocks_make_too_large_is_merged_whole()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("compactor.compaction.compaction_cycle", "1h"));
        var trace = Make.TraceId();
        for (var part = 1UL; part <= 2; part++)
        {
            await server.Otlp.SendAsync(Make.Span(trace, part, new string('x', 2000)));
            await server.Api.FlushAsync();
        }

        await server.StopAsync();
        server.Settings.With("overrides.defaults.global.max_bytes_per_trace", "3000")
            .With("compactor.compaction.compaction_cycle", "200ms").With("compactor.compaction.min_input_blocks", "2");
        await server.StartAgainAsync();
        await Within.Get(Soon, () => server.Api.MetricAsync("tempodb_compaction_blocks_total"), n => n == 2, "a merge");
        Assert.Equal((1, 2), await server.Api.CountAsync());
        Assert.Equal(0, await server.Api.MetricAsync("tempo_discarded_spans_total"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await server.Api.GetAsync("/api/traces/" + trace)).Status);
    }
}
