using Google.Protobuf;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Harness;

/// <summary>Spans for tests, with ids that no other test of the run has.</summary>
internal static class Make
{
    private static long _ids;

    /// <summary>A new trace id, 32 hex digits.</summary>
    public static string TraceId()
    {
        // SplitMix64: ids of a run look random, and are the same in the next run of the same test alone.
        var n = (ulong)Interlocked.Increment(ref _ids);
        return $"{Mix(n):x16}{Mix(~n):x16}";
    }

    public static ulong Now => (ulong)(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000);

    public static ByteString Bytes(string hex) => ByteString.CopyFrom(Convert.FromHexString(hex));

    /// <summary>A good span that started a second ago; the span id is made from its number.</summary>
    public static Span Span(string traceId, ulong number = 1, string name = "work", ulong parent = 0, params KeyValue[] attributes)
    {
        var start = Now - 1_000_000_000;
        var span = new Span
        {
            TraceId = Bytes(traceId),
            SpanId = Bytes($"{number:x16}"),
            ParentSpanId = parent == 0 ? ByteString.Empty : Bytes($"{parent:x16}"),
            Name = name,
            Kind = Otlp.Span.Types.SpanKind.Server,
            StartTimeUnixNano = start,
            EndTimeUnixNano = start + 5_000_000,
        };
        span.Attributes.AddRange(attributes);
        return span;
    }

    public static ExportTraceServiceRequest Request(params Span[] spans) => Request("tests", spans);

    public static ExportTraceServiceRequest Request(string service, IEnumerable<Span> spans)
    {
        var batch = new ResourceSpans { Resource = new Resource() };
        batch.Resource.Attributes.Add(Attribute("service.name", service));
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "rubato.tests", Version = "1" } };
        scope.Spans.AddRange(spans);
        batch.ScopeSpans.Add(scope);
        return new ExportTraceServiceRequest { ResourceSpans = { batch } };
    }

    public static KeyValue Attribute(string key, AnyValue value) => new() { Key = key, Value = value };

    public static KeyValue Attribute(string key, string value) => Attribute(key, new AnyValue { StringValue = value });

    public static KeyValue Attribute(string key, long value) => Attribute(key, new AnyValue { IntValue = value });

    public static KeyValue Attribute(string key, double value) => Attribute(key, new AnyValue { DoubleValue = value });

    public static KeyValue Attribute(string key, bool value) => Attribute(key, new AnyValue { BoolValue = value });

    private static ulong Mix(ulong value)
    {
        value *= 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
