using Google.Protobuf;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Keeping;

/// <summary>
/// Every OTLP field and value type comes back as it was sent: from recent data, from a block, after a restart, in both
/// versions of the API and both encodings. Sent and read back with Google's protobuf library.
/// </summary>
public sealed class EveryValueTests
{
    [Fact]
    public async Task Every_field_survives_memory_block_and_restart()
    {
        await using var server = await RubatoProcess.StartAsync();
        var requests = new[] { Whole(Make.TraceId()), Whole("0000000000000000" + Make.TraceId()[16..]), Whole(Make.TraceId()[..16] + "0000000000000000"), Odd(Make.TraceId()) };
        foreach (var request in requests) await server.Otlp.SendAsync(request);

        await AssertAllAsync(server, requests, "recent data");
        await server.StopAsync();
        await server.StartAgainAsync();
        await AssertAllAsync(server, requests, "replayed from the WAL");
        await server.Api.FlushAsync();
        await AssertAllAsync(server, requests, "a block");
        await server.StopAsync();
        await server.StartAgainAsync();
        await AssertAllAsync(server, requests, "a block after a restart");
        Assert.Equal(requests.Sum(r => FoundSpan.All(r.ResourceSpans).Count), (await server.Api.CountAsync()).Spans);
    }

    [Fact]
    public async Task Random_spans_survive_memory_block_and_restart()
    {
        const int seed = 7;
        await using var server = await RubatoProcess.StartAsync();
        var random = new Testing.RandomSpans(new Random(seed));
        var requests = new List<ExportTraceServiceRequest>();
        for (var i = 0; i < 40; i++)
        {
            // One request is one trace, so that trace by id gives it back whole.
            var id = Make.Bytes(Make.TraceId());
            var request = ExportTraceServiceRequest.Parser.ParseFrom(Model.Otlp.OtlpWriter.Write(random.Next(8)));
            foreach (var span in request.ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans)) span.TraceId = id;
            requests.Add(request);
            await server.Otlp.SendAsync(request);
        }

        await AssertAllAsync(server, requests, $"recent data, seed {seed}");
        await server.Api.FlushAsync();
        await AssertAllAsync(server, requests, $"a block, seed {seed}");
        await server.Kill9Async();
        await server.StartAgainAsync();
        await AssertAllAsync(server, requests, $"a block after a crash, seed {seed}");
    }

    private static async Task AssertAllAsync(RubatoProcess server, IEnumerable<ExportTraceServiceRequest> requests, string where)
    {
        foreach (var request in requests)
        {
            var sent = FoundSpan.All(request.ResourceSpans);
            foreach (var (form, found) in await server.Api.TraceInEveryFormAsync(sent[0].TraceId))
                Assert.True(FoundSpan.Text(sent) == FoundSpan.Text(found), $"{where}, {form}\nsent:\n{FoundSpan.Text(sent)}\nfound:\n{FoundSpan.Text(found)}");
        }
    }

    /// <summary>Three spans in two resources that use every field there is.</summary>
    private static ExportTraceServiceRequest Whole(string traceId)
    {
        var full = Make.Span(traceId, 1, "GET /żółw/{id} 😀", parent: 0xFFFF_0000_0000_0000);
        full.SpanId = Make.Bytes("00000000deadbeef");
        full.TraceState = "vendor=a:b,other=c";
        full.Flags = 0x301;
        (full.DroppedAttributesCount, full.DroppedEventsCount, full.DroppedLinksCount) = (1, 2, uint.MaxValue);
        full.Status = new Status { Code = Status.Types.StatusCode.Error, Message = "it broke: \"<&>\u2028" };
        full.Kind = Span.Types.SpanKind.Consumer;
        full.Attributes.AddRange(EveryValue());
        full.Events.Add(new Span.Types.Event { Name = "exception", TimeUnixNano = full.StartTimeUnixNano + 7, DroppedAttributesCount = 3, Attributes = { EveryValue() } });
        full.Events.Add(new Span.Types.Event());
        full.Links.Add(new Span.Types.Link
        {
            TraceId = Make.Bytes(Make.TraceId()), SpanId = Make.Bytes("0100000000000000"), TraceState = "x=y", Flags = 1, DroppedAttributesCount = 9, Attributes = { EveryValue() },
        });
        var bare = new Span { TraceId = Make.Bytes(traceId), SpanId = Make.Bytes("deadbeef00000000"), StartTimeUnixNano = 1, EndTimeUnixNano = 2 };
        var other = Make.Span(traceId, 3, "");
        other.Kind = (Span.Types.SpanKind)42;
        other.Status = new Status { Code = (Status.Types.StatusCode)7 };

        return new ExportTraceServiceRequest
        {
            ResourceSpans =
            {
                new ResourceSpans
                {
                    Resource = new Resource { DroppedAttributesCount = 4, Attributes = { Make.Attribute("service.name", "every"), EveryValue() } },
                    SchemaUrl = "https://opentelemetry.io/schemas/1.27.0",
                    ScopeSpans =
                    {
                        new ScopeSpans
                        {
                            Scope = new InstrumentationScope { Name = "lib", Version = "1.0.0-β", DroppedAttributesCount = 5, Attributes = { EveryValue() } },
                            SchemaUrl = "https://opentelemetry.io/schemas/1.26.0",
                            Spans = { full },
                        },
                        new ScopeSpans { Spans = { bare } },
                    },
                },
                new ResourceSpans { ScopeSpans = { new ScopeSpans { Scope = new InstrumentationScope { Name = "lib" }, Spans = { other } } } },
            },
        };
    }

    /// <summary>Keys that are strange but legal: empty, twice on one span, with several types, with the names of columns.</summary>
    private static ExportTraceServiceRequest Odd(string traceId)
    {
        var first = Make.Span(traceId, 1, "odd");
        first.Attributes.AddRange([
            Make.Attribute("", "empty key"), Make.Attribute("twice", 1), Make.Attribute("twice", "one"), Make.Attribute("type", "text"),
            Make.Attribute("name", "an attribute"), Make.Attribute("status", 5), Make.Attribute("a.b/c d\"e\\f\ng", "odd key"), Make.Attribute("trace_id", "x"),
        ]);
        var second = Make.Span(traceId, 2, "odd", parent: 1);
        second.Attributes.AddRange([Make.Attribute("type", 1), Make.Attribute("TYPE", 2)]);
        var third = Make.Span(traceId, 3, "odd", parent: 1);
        third.Attributes.AddRange([Make.Attribute("type", 1.0), Make.Attribute("type", true)]);
        return Make.Request(first, second, third);
    }

    private static IEnumerable<KeyValue> EveryValue()
    {
        static AnyValue List(params AnyValue[] values) => new() { ArrayValue = new ArrayValue { Values = { values } } };
        static AnyValue Map(params KeyValue[] values) => new() { KvlistValue = new KeyValueList { Values = { values } } };
        var text = new AnyValue { StringValue = "x" };
        return
        [
            Make.Attribute("string", "żółw 😀 \0 \"\\"), Make.Attribute("string.empty", ""),
            Make.Attribute("bool", true), Make.Attribute("bool.false", false),
            Make.Attribute("int", 200), Make.Attribute("int.zero", 0), Make.Attribute("int.min", long.MinValue), Make.Attribute("int.max", long.MaxValue),
            Make.Attribute("double", 1.25), Make.Attribute("double.zero", -0.0), Make.Attribute("double.nan", double.NaN), Make.Attribute("double.inf", double.NegativeInfinity),
            Make.Attribute("bytes", new AnyValue { BytesValue = ByteString.CopyFrom(0, 255, 128) }), Make.Attribute("bytes.empty", new AnyValue { BytesValue = ByteString.Empty }),
            Make.Attribute("empty", new AnyValue()),
            Make.Attribute("array", List(text, new AnyValue { IntValue = 1 }, new AnyValue(), List(List()))), Make.Attribute("array.empty", List()),
            Make.Attribute("map", Map(Make.Attribute("a", text), Make.Attribute("b", Map(Make.Attribute("c", List(Map())))))), Make.Attribute("map.empty", Map()),
        ];
    }
}
