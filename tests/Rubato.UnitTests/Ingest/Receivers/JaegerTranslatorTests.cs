using CsCheck;
using Rubato.Ingest.Receivers.Jaeger;
using Rubato.Ingest.Receivers.Thrift;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Testing;
using Rubato.Testing.Jaeger;
using Xunit;
using JaegerProcess = Rubato.Testing.Jaeger.JaegerProcess;
using JaegerReference = Rubato.Testing.Jaeger.JaegerReference;
using JaegerTag = Rubato.Testing.Jaeger.JaegerTag;

namespace Rubato.UnitTests.Ingest.Receivers;

/// <summary>Jaeger becomes OTLP as spec/wire-formats.md 4 says: random batches against the plain twin, then row by row.</summary>
public sealed class JaegerTranslatorTests
{
    [Fact]
    public void Any_batch_over_grpc_becomes_what_the_plain_translator_says() => Gen.Int.Sample(
        seed => Same(new RandomJaeger(new Random(seed)).Next(), isGrpc: true, FromGrpc), iter: 3000);

    [Fact]
    public void Any_batch_in_thrift_binary_becomes_what_the_plain_translator_says() => Gen.Int.Sample(
        seed => Same(new RandomJaeger(new Random(seed)).Next(), isGrpc: false, FromBody), iter: 3000);

    [Fact]
    public void Any_packet_becomes_what_the_plain_translator_says() => Gen.Int.Sample(
        seed =>
        {
            var batch = new RandomJaeger(new Random(seed)).Next(20);
            Same(batch, isGrpc: false, b => FromPacket(JaegerThriftWriter.Packet(b, isCompact: true), isCompact: true));
            Same(batch, isGrpc: false, b => FromPacket(JaegerThriftWriter.Packet(b, isCompact: false), isCompact: false));
        }, iter: 1000);

    [Theory]
    [InlineData("client", SpanKind.Client)]
    [InlineData("server", SpanKind.Server)]
    [InlineData("producer", SpanKind.Producer)]
    [InlineData("consumer", SpanKind.Consumer)]
    [InlineData("internal", SpanKind.Internal)]
    [InlineData("Client", SpanKind.Unspecified)]
    public void Kind_comes_from_its_tag(string kind, SpanKind expected) => Both(Span(new JaegerTag("span.kind", kind)), s =>
    {
        Assert.Equal(expected, s.Kind);
        Assert.Empty(s.Attributes);
    });

    [Fact]
    public void An_error_of_type_bool_is_the_status_and_takes_the_description() =>
        Both(Span(new("error", true), new("otel.status_description", "broken"), new("http.status_message", "No"), new("otel.status_code", "OK")), s =>
        {
            Assert.Equal((StatusCode.Error, "broken"), (s.StatusCode, s.StatusMessage));
            Assert.Equal(["http.status_message"], s.Attributes.Select(a => a.Key));
        });

    [Fact]
    public void An_error_without_description_takes_the_http_message() =>
        Both(Span(new("error", true), new("http.status_message", "No")), s => Assert.Equal((StatusCode.Error, "No"), (s.StatusCode, s.StatusMessage)));

    [Theory]
    [InlineData(false)]
    [InlineData("true")]
    [InlineData(1L)]
    public void Any_other_error_is_an_attribute(object value) => Both(Span(new JaegerTag("error", value)), s =>
    {
        Assert.Equal(StatusCode.Unset, s.StatusCode);
        Assert.Equal("error", Assert.Single(s.Attributes).Key);
    });

    [Theory]
    [InlineData("ok", StatusCode.Ok)]
    [InlineData("ERROR", StatusCode.Error)]
    [InlineData("Unset", StatusCode.Unset)]
    [InlineData("2", StatusCode.Unset)]
    public void Status_code_comes_from_its_tag(string code, StatusCode expected) =>
        Both(Span(new("otel.status_code", code), new("otel.status_description", "why"), new("http.status_code", 500L)), s =>
        {
            Assert.Equal((expected, "why"), (s.StatusCode, s.StatusMessage));
            Assert.Equal(["http.status_code"], s.Attributes.Select(a => a.Key));
        });

    [Theory]
    [InlineData(200L, "client", StatusCode.Unset)]
    [InlineData(398L, "client", StatusCode.Unset)]
    [InlineData(399L, "client", StatusCode.Error)]
    [InlineData(404L, "client", StatusCode.Error)]
    [InlineData(404L, "server", StatusCode.Unset)]
    [InlineData(404L, "internal", StatusCode.Error)]
    [InlineData(500L, "server", StatusCode.Error)]
    [InlineData(99L, "server", StatusCode.Error)]
    [InlineData("503", "server", StatusCode.Error)]
    [InlineData("five", "server", StatusCode.Unset)]
    public void An_http_status_counts_where_nothing_else_does(object code, string kind, StatusCode expected) =>
        Both(Span(new("http.status_code", code), new("span.kind", kind), new("http.status_message", "m")), s =>
        {
            Assert.Equal((expected, expected == StatusCode.Unset ? "" : "m"), (s.StatusCode, s.StatusMessage));
            Assert.Equal(["http.status_code", "http.status_message"], s.Attributes.Select(a => a.Key));
        });

    [Fact]
    public void Trace_state_and_scope_are_tags_that_only_grpc_means()
    {
        var span = Span(new("w3c.tracestate", "a=b"), new("otel.scope.name", "lib"), new("otel.scope.version", "2"));

        var grpc = Assert.Single(FromGrpc(Batch(span)));
        Assert.Equal(("a=b", "lib", "2"), (grpc.TraceState, grpc.Scope.Name, grpc.Scope.Version));
        Assert.Empty(grpc.Attributes);

        var thrift = Assert.Single(FromBody(Batch(span)));
        Assert.Equal(("", "", 3), (thrift.TraceState, thrift.Scope.Name, thrift.Attributes.Count));
    }

    [Fact]
    public void A_scope_version_without_name_stays_a_tag() =>
        Assert.Equal("otel.scope.version", Assert.Single(Assert.Single(FromGrpc(Batch(Span(new JaegerTag("otel.scope.version", "2"))))).Attributes).Key);

    [Fact]
    public void Scopes_that_take_turns_keep_their_spans()
    {
        JaegerSpan[] spans = [.. Enumerable.Range(1, 6).Select(i => Span(new JaegerTag("otel.scope.name", "lib" + (i % 2))) with { SpanId = (ulong)i, Name = new string('n', i * 50) })];

        var found = FromGrpc(Batch(spans));

        Assert.Equal(spans.Select(s => (s.SpanId, s.Name, "lib" + (s.SpanId % 2))), found.Select(s => (s.SpanId.Value, s.Name, s.Scope.Name)));
    }

    [Fact]
    public void The_parent_is_the_first_reference_to_the_same_trace_and_no_link() => Both(
        Span() with { TraceHigh = 7, References = [new(true, 7, 1, 3), new(false, 9, 1, 4), new(false, 7, 1, 5), new(false, 7, 1, 6)] },
        s =>
        {
            Assert.Equal(5u, s.ParentSpanId.Value);
            Assert.Equal(["follows_from 03", "child_of 04", "child_of 06"], s.Links.Select(l => $"{l.Attributes[0].Value.AsString} {Convert.ToHexString(l.SpanId)[14..]}"));
        });

    [Fact]
    public void A_follows_from_that_is_the_parent_is_a_link_too() => Both(Span() with { References = [new(true, 0, 1, 3)] }, s =>
    {
        Assert.Equal(3u, s.ParentSpanId.Value);
        Assert.Single(s.Links);
    });

    [Fact]
    public void The_parent_id_of_thrift_counts_before_references()
    {
        var span = Assert.Single(FromBody(Batch(Span() with { ParentId = 8, References = [new(false, 0, 1, 3)] })));

        Assert.Equal(8u, span.ParentSpanId.Value);
        Assert.Single(span.Links);
    }

    [Fact]
    public void A_log_is_an_event_named_by_its_field() => Both(Span() with { Logs = [new JaegerLog(5, [new("event", "retry"), new("attempt", 2L)])] }, s =>
    {
        var e = Assert.Single(s.Events);
        Assert.Equal((5000ul, "retry"), (e.TimeUnixNano, e.Name));
        Assert.Equal("attempt", Assert.Single(e.Attributes).Key);
    });

    [Fact]
    public void Times_are_microseconds_and_the_end_is_start_plus_duration() =>
        Both(Span() with { Start = 1_700_000_000_000_001, Duration = 1500 }, s => Assert.Equal((1_700_000_000_000_001_000ul, 1_700_000_000_001_501_000ul), (s.StartUnixNano, s.EndUnixNano)));

    [Fact]
    public void An_unknown_type_says_so() =>
        Both(Span(new JaegerTag("odd", 77)), s => Assert.Equal("<Unknown Jaeger TagType 77>", Assert.Single(s.Attributes).Value.AsString));

    [Fact]
    public void A_process_becomes_the_resource()
    {
        var process = new JaegerProcess("shop", [new("hostname", "h1"), new("jaeger.version", "Go-2"), new("ip", "1"), new("ip", "2")]);
        foreach (var span in new[] { FromGrpc(new JaegerBatch(process, [Span()])), FromBody(new JaegerBatch(process, [Span()])) }.Select(found => Assert.Single(found)))
        {
            Assert.Equal(
                ["host.name=h1", "ip=2", "opencensus.exporterversion=Jaeger-Go-2", "service.name=shop"],
                span.Resource.Attributes.Select(a => $"{a.Key}={a.Value.AsString}").Order());
        }
    }

    [Fact]
    public void A_service_without_name_has_no_attribute_for_it() =>
        Assert.Empty(Assert.Single(FromGrpc(new JaegerBatch(new JaegerProcess("", []), [Span()]))).Resource.Attributes);

    [Fact]
    public void The_name_that_stands_for_no_resource_has_none() =>
        Assert.Empty(Assert.Single(FromGrpc(new JaegerBatch(new JaegerProcess("OTLPResourceNoServiceName", [new("a", "b")]), [Span()]))).Resource.Attributes);

    [Fact]
    public void Spans_with_equal_processes_share_a_resource()
    {
        JaegerProcess pay = new("pay", []), shop = new("shop", []);
        var batch = new JaegerBatch(shop, [Span() with { SpanId = 1 }, Span() with { SpanId = 2, Process = pay }, Span() with { SpanId = 3, Process = shop }, Span() with { SpanId = 4, Process = pay }]);

        Assert.Equal("1 shop, 3 shop, 2 pay, 4 pay", string.Join(", ", FromGrpc(batch).Select(s => $"{s.SpanId.Value} {s.Resource.Attributes[0].Value.AsString}")));
    }

    [Fact]
    public void A_batch_whose_process_comes_last_is_read_too()
    {
        // Two fields change places: the list of no spans, then the process.
        byte[] body = [0x0F, 0, 2, 0x0C, 0, 0, 0, 0, 0x0C, 0, 1, 0x0B, 0, 1, 0, 0, 0, 1, (byte)'s', 0, 0];
        using var output = new OtlpTranslation(body.Length);

        Assert.True(JaegerThriftTranslator.TryTranslateBatch(body, output, out var error), error);
    }

    [Theory]
    [InlineData("", "ends inside a value")]
    [InlineData("0C0001", "ends inside a value")]
    [InlineData("0C0001 0B0001 7FFFFFFF 41", "length reaches beyond the end")]
    [InlineData("0C0001 0B0001 FFFFFFFF 41", "length or count is negative")]
    [InlineData("0C0001 0B0001 00000001 41 00 0F0002 0C 7FFFFFFF 00", "more elements than there are bytes")]
    [InlineData("0C0001 0B0001 00000001 41 00 0F0002 08 00000001 00000005 00", "elements are not structs")]
    [InlineData("0C0001 0B0001 00000001 41 00 0F0002 0C 00000001 00 00", "required field")]
    [InlineData("0C0001 00 00", "required field")]
    [InlineData("0B0009 00000000 63", "ends inside a value")]
    [InlineData("630001", "unknown type")]
    public void Damaged_thrift_is_named(string hex, string expected)
    {
        using var output = new OtlpTranslation(100);

        Assert.False(JaegerThriftTranslator.TryTranslateBatch(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), output, out var error));

        Assert.StartsWith("malformed Thrift at byte ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
    }

    [Fact]
    public void Thrift_nested_without_end_is_refused()
    {
        byte[] body = [.. Enumerable.Repeat<byte[]>([0x0C, 0, 9], 100_000).SelectMany(b => b)];
        using var output = new OtlpTranslation(100);

        Assert.False(JaegerThriftTranslator.TryTranslateBatch(body, output, out var error));

        Assert.Contains("deep", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_calls_of_the_agent_are_not_errors()
    {
        var packet = JaegerThriftWriter.Packet(Batch(Span()), isCompact: true, call: "emitZipkinBatch");
        var reader = new ThriftCompactReader(packet);
        using var output = new OtlpTranslation(100);

        Assert.Equal(AgentCall.NotSupported, JaegerThriftTranslator.TranslateCall(ref reader, packet, output, out _));
    }

    [Fact]
    public void A_bad_id_over_grpc_costs_its_own_span_only()
    {
        // Span{1 trace_id of 3 bytes, 2 span_id} and one without any field, before a good one.
        byte[] bad = [0x0A, 15, 0x0A, 3, 1, 2, 3, 0x12, 8, 1, 2, 3, 4, 5, 6, 7, 8, 0x0A, 0];
        var good = JaegerProtoWriter.Write(Batch(Span()));
        var writer = new ProtoWriter();
        var batch = writer.BeginMessage(1);
        bad.CopyTo(writer.GetSpan(bad.Length));
        writer.Advance(bad.Length);
        Append(writer, good);
        writer.EndMessage(batch);
        using var output = new OtlpTranslation(100);

        Assert.True(JaegerProtoTranslator.TryTranslate(writer.Written, output, out var error), error);

        var counts = OtlpValidator.Check(output.Request.Span).Counts;
        Assert.Equal((1, 2), (counts.Accepted, counts.BadIds));
    }

    // The batch's own fields, without the head of the batch.
    private static void Append(ProtoWriter writer, byte[] request)
    {
        var reader = new Rubato.Model.Otlp.WireReader(request);
        ReadOnlySpan<byte> fields = default;
        Assert.True(reader.TryReadTag(out _, out _) && reader.TryReadBytes(out fields));
        fields.CopyTo(writer.GetSpan(fields.Length));
        writer.Advance(fields.Length);
    }

    private static JaegerBatch Batch(params JaegerSpan[] spans) => new(new JaegerProcess("shop", []), spans);

    private static JaegerSpan Span(params JaegerTag[] tags) => new() { Tags = tags };

    private static void Both(JaegerSpan span, Action<Span> check)
    {
        check(Assert.Single(FromGrpc(Batch(span))));
        check(Assert.Single(FromBody(Batch(span))));
    }

    private static void Same(JaegerBatch batch, bool isGrpc, Func<JaegerBatch, List<Span>> translate) => Assert.Equal(
        SpanText.Of(PlainJaegerTranslator.Translate(batch, isGrpc), sortAttributes: true), SpanText.Of(translate(batch), sortAttributes: true));

    private static List<Span> FromGrpc(JaegerBatch batch)
    {
        var bytes = JaegerProtoWriter.Write(batch);
        using var output = new OtlpTranslation(bytes.Length);
        Assert.True(JaegerProtoTranslator.TryTranslate(bytes, output, out var error), error);
        return Read(output);
    }

    private static List<Span> FromBody(JaegerBatch batch)
    {
        var bytes = JaegerThriftWriter.Body(batch);
        using var output = new OtlpTranslation(bytes.Length);
        Assert.True(JaegerThriftTranslator.TryTranslateBatch(bytes, output, out var error), error);
        return Read(output);
    }

    private static List<Span> FromPacket(byte[] packet, bool isCompact)
    {
        using var output = new OtlpTranslation(packet.Length);
        string error;
        if (isCompact)
        {
            var compact = new ThriftCompactReader(packet);
            Assert.Equal(AgentCall.Batch, JaegerThriftTranslator.TranslateCall(ref compact, packet, output, out error));
        }
        else
        {
            var binary = new ThriftBinaryReader(packet);
            Assert.Equal(AgentCall.Batch, JaegerThriftTranslator.TranslateCall(ref binary, packet, output, out error));
        }

        return Read(output);
    }

    private static List<Span> Read(OtlpTranslation output)
    {
        var check = OtlpValidator.Check(output.Request.Span);
        Assert.True(check.IsWellFormed, check.Error);
        Assert.Equal(output.Spans, check.Counts.Accepted);
        return OtlpReader.ReadSpans(output.Request.Span);
    }
}
