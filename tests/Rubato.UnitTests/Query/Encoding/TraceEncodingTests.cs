using System.Buffers;
using System.Text.Json;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Rubato.Query.Encoding;
using Rubato.Testing;
using Xunit;

namespace Rubato.UnitTests.Query.Encoding;

public sealed class TraceEncodingTests
{
    private static readonly Resource Cart = new() { Attributes = [new("service.name", AttributeValue.Of("cart")), new("k", AttributeValue.Of(5L))] };
    private static readonly InstrumentationScope Lib = new() { Name = "lib", Version = "1" };

    private static readonly Span Full = new()
    {
        TraceId = new TraceId(0, 1),
        SpanId = new SpanId(2),
        ParentSpanId = new SpanId(1),
        TraceState = "k=v",
        Name = "GET /<it's> & \"more\"",
        Kind = SpanKind.Server,
        StartUnixNano = 1700000000000000000,
        EndUnixNano = 1700000000500100000,
        Attributes = [new("http.status_code", AttributeValue.Of(200L)), new("ratio", AttributeValue.Of(1.5)), new("list", AttributeValue.Of([AttributeValue.Of(""), AttributeValue.Of(false)]))],
        Events = [new SpanEvent { TimeUnixNano = 1700000000100000000, Name = "log", Attributes = [new("k", AttributeValue.Of(true))] }],
        Links = [new SpanLink { TraceId = [1, 2], SpanId = [3] }],
        StatusCode = StatusCode.Error,
        StatusMessage = "boom",
        Resource = Cart,
        Scope = Lib,
    };

    private static readonly string FullGroup =
        OneLine("""
            {"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}},{"key":"k","value":{"intValue":"5"}}]},
            "scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAI=",
            "parentSpanId":"AAAAAAAAAAE=","name":"GET /\u003cit's\u003e \u0026 \"more\"","kind":"SPAN_KIND_SERVER","startTimeUnixNano":"1700000000000000000",
            "endTimeUnixNano":"1700000000500100000","attributes":[{"key":"http.status_code","value":{"intValue":"200"}},{"key":"ratio","value":{"doubleValue":1.5}},
            {"key":"list","value":{"arrayValue":{"values":[{"stringValue":""},{"boolValue":false}]}}}],"events":[{"timeUnixNano":"1700000000100000000","name":"log",
            "attributes":[{"key":"k","value":{"boolValue":true}}]}],"links":[{"traceId":"AQI=","spanId":"Aw=="}],"status":{"message":"boom","code":"STATUS_CODE_ERROR"}}]}]}
            """);

    private static string Group => FullGroup.Replace("AAAAAAAAAAI=\",", "AAAAAAAAAAI=\",\"traceState\":\"k=v\",");

    [Fact]
    public void Version_1_has_batches() => Assert.Equal($$"""{"batches":[{{Group}}]}""", V1([Full]));

    [Fact]
    public void Version_2_has_trace_metrics_and_status() => Assert.Equal(
        $$"""{"trace":{"resourceSpans":[{{Group}}]},"metrics":{"inspectedBytes":"4711"},"status":"PARTIAL","message":"too large"}""",
        Json(w => TraceEncoding.WriteV2Json([Full], new TraceAnswer(4711, "too large"), w)));

    [Fact]
    public void Version_2_of_nothing_is_two_empty_messages()
    {
        Assert.Equal("""{"trace":{},"metrics":{}}""", Json(w => TraceEncoding.WriteV2Json([], default, w)));
        Assert.Equal(new byte[] { 0x0A, 0, 0x12, 0 }, TraceEncoding.V2Protobuf([], default).ToArray());
    }

    [Fact]
    public void Empty_resource_scope_and_status_are_present()
    {
        var span = new Span { TraceId = new TraceId(0, 1), SpanId = new SpanId(2), Resource = Resource.Empty, Scope = InstrumentationScope.Empty };
        Assert.Equal(
            """{"batches":[{"resource":{},"scopeSpans":[{"scope":{},"spans":[{"traceId":"AAAAAAAAAAAAAAAAAAAAAQ==","spanId":"AAAAAAAAAAI=","status":{}}]}]}]}""",
            V1([span]));
        Assert.Equal(
            "0A260A001222" + "0A00" + "121E" + "0A1000000000000000000000000000000001" + "12080000000000000002" + "7A00",
            Convert.ToHexString(TraceEncoding.V1Protobuf([span]).Span));
    }

    [Fact]
    public void Protobuf_of_version_2_carries_trace_metrics_status_and_message()
    {
        var bytes = TraceEncoding.V2Protobuf([Full], new TraceAnswer(300, "cut")).Span;
        var reader = new WireReader(bytes);
        Assert.True(reader.TryReadTag(out var field, out _));
        Assert.Equal(1, field);
        Assert.True(reader.TryReadBytes(out var trace));
        Assert.Equal(SpanText.Of([Full]), SpanText.Of(OtlpReader.ReadSpans(trace)));
        Assert.Equal("1203" + "08AC02" + "1801" + "2203637574", Convert.ToHexString(bytes[reader.Position..]));
    }

    [Fact]
    public void Language_models_get_hexadecimal_ids_and_plain_values()
    {
        Assert.Equal(
            OneLine("""
                {"trace":{"traceId":"00000000000000000000000000000001","services":[{"serviceName":"cart","resource":{"k":5},"scopes":[{"name":"lib","version":"1","spans":[
                {"spanId":"0000000000000002","parentSpanId":"0000000000000001","name":"GET /\u003cit's\u003e \u0026 \"more\"","kind":"SPAN_KIND_SERVER",
                "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":"1700000000500100000","durationMs":500.1,"attributes":{"http.status_code":200,"ratio":1.5,"list":["",false]},
                "events":[{"name":"log","timeUnixNano":"1700000000100000000","attributes":{"k":true}}],"links":[{"traceId":"0102","spanId":"03","attributes":{}}],
                "status":{"code":"STATUS_CODE_ERROR","message":"boom"}}]}]}]},"metrics":{"inspectedBytes":4711}}
                """),
            Json(w => TraceLlmEncoding.Write([Full], 4711, w)));
        Assert.Equal("{}", Json(w => TraceLlmEncoding.Write([], 0, w)));
    }

    [Theory]
    [InlineData("a'b`+é😀", "a'b`+é😀")]
    [InlineData("\u2028\u2029\u0001\u007f", "\\u2028\\u2029\\u0001\u007f")]
    [InlineData("\n\r\t\b\f\\\"", "\\n\\r\\t\\b\\f\\\\\\\"")]
    public void Text_is_escaped_as_Go_does(string text, string expected) =>
        Assert.Equal($"\"{expected}\"", Json(w =>
        {
            using var json = new Utf8JsonWriter(w, ApiJson.Options);
            json.WriteStringValue(text);
        }));

    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("\"x\uFFFD\"", Json(w =>
    {
        using var json = new Utf8JsonWriter(w, ApiJson.Options);
        json.WriteStringValue("x" + (char)0xD83D);
    }));

    [Fact]
    public void Random_spans_make_JSON_that_parses()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var spans = new RandomSpans(new Random(seed)).Next(20);
            using var v1 = JsonDocument.Parse(V1(spans));
            using var llm = JsonDocument.Parse(Json(w => TraceLlmEncoding.Write(spans, 1, w)));
            Assert.Equal(
                spans.Count,
                v1.RootElement.GetProperty("batches").EnumerateArray().Sum(b => b.GetProperty("scopeSpans").EnumerateArray().Sum(s => s.GetProperty("spans").GetArrayLength())));
        }
    }

    private static string OneLine(string json) => json.ReplaceLineEndings("");

    private static string V1(IReadOnlyList<Span> spans) => Json(w => TraceEncoding.WriteV1Json(spans, w));

    private static string Json(Action<IBufferWriter<byte>> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        write(buffer);
        return System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
