using System.Text.Json.Serialization;

namespace Rubato.Client;

// The answers as they are on the wire: proto3 JSON, in which 64-bit numbers are strings, and zeros, empty lists and empty messages may be left out.
// Read leniently: unknown keys are skipped, a number may stand as a number or as a string.

internal sealed record SearchAnswer(List<TraceAnswer>? Traces, MetricsAnswer? Metrics);

internal sealed record MetricsAnswer(long InspectedTraces, long InspectedBytes, long InspectedSpans, int TotalBlocks, int CompletedJobs, int TotalJobs);

internal sealed record SearchLineAnswer(List<TraceAnswer>? Traces, MetricsAnswer? Metrics, ReceiptAnswer? Receipt, bool Done, LineErrorAnswer? Error);

internal sealed record ReceiptAnswer(List<string>? Failures);

internal sealed record LineErrorAnswer(int Status, string? Message);

internal sealed record TraceAnswer(
    [property: JsonPropertyName("traceID")] string? TraceId, string? RootServiceName, string? RootTraceName, long StartTimeUnixNano, long DurationMs,
    SpanSetAnswer? SpanSet, List<SpanSetAnswer>? SpanSets, Dictionary<string, ServiceStatsAnswer>? ServiceStats);

internal sealed record SpanSetAnswer(List<SpanAnswer>? Spans, int Matched, List<AttributeAnswer>? Attributes);

internal sealed record SpanAnswer(
    [property: JsonPropertyName("spanID")] string? SpanId, string? Name, long StartTimeUnixNano, long DurationNanos, List<AttributeAnswer>? Attributes);

internal sealed record ServiceStatsAnswer(int SpanCount, int ErrorCount);

internal sealed record AttributeAnswer(string? Key, AnyValueAnswer? Value);

internal sealed record AnyValueAnswer(
    string? StringValue, long? IntValue, double? DoubleValue, bool? BoolValue, ArrayAnswer? ArrayValue, MapAnswer? KvlistValue, byte[]? BytesValue);

internal sealed record ArrayAnswer(List<AnyValueAnswer>? Values);

internal sealed record MapAnswer(List<AttributeAnswer>? Values);

/// <summary>Both versions: 2 has <c>trace.resourceSpans</c>, 1 has <c>batches</c> at the top.</summary>
internal sealed record WholeTraceAnswer(TraceBodyAnswer? Trace, List<BatchAnswer>? Batches, List<BatchAnswer>? ResourceSpans, string? Status, string? Message);

internal sealed record TraceBodyAnswer(List<BatchAnswer>? ResourceSpans, List<BatchAnswer>? Batches);

internal sealed record BatchAnswer(ResourceAnswer? Resource, List<ScopeSpansAnswer>? ScopeSpans, List<ScopeSpansAnswer>? InstrumentationLibrarySpans);

internal sealed record ResourceAnswer(List<AttributeAnswer>? Attributes);

internal sealed record ScopeSpansAnswer(ScopeAnswer? Scope, List<WholeSpanAnswer>? Spans);

internal sealed record ScopeAnswer(string? Name, string? Version);

internal sealed record WholeSpanAnswer(
    string? TraceId, string? SpanId, string? ParentSpanId, string? TraceState, string? Name, string? Kind, long StartTimeUnixNano, long EndTimeUnixNano,
    List<AttributeAnswer>? Attributes, List<EventAnswer>? Events, List<LinkAnswer>? Links, StatusAnswer? Status);

internal sealed record EventAnswer(long TimeUnixNano, string? Name, List<AttributeAnswer>? Attributes);

internal sealed record LinkAnswer(string? TraceId, string? SpanId, List<AttributeAnswer>? Attributes);

internal sealed record StatusAnswer(string? Message, string? Code);

internal sealed record TagsAnswer(List<TagScopeAnswer>? Scopes);

internal sealed record TagScopeAnswer(string? Name, List<string>? Tags);

internal sealed record TagValuesAnswer(List<TagValueAnswer>? TagValues);

internal sealed record TagValueAnswer(string? Type, string? Value);

internal sealed record MetricsQueryAnswer(List<SeriesAnswer>? Series, string? Status, string? Message);

internal sealed record SeriesAnswer(List<AttributeAnswer>? Labels, List<SampleAnswer>? Samples, List<ExemplarAnswer>? Exemplars, double? Value);

internal sealed record SampleAnswer(long TimestampMs, double Value);

internal sealed record ExemplarAnswer(List<AttributeAnswer>? Labels, double Value, long TimestampMs);

internal sealed record GraphAnswer(List<NodeAnswer>? Nodes, List<EdgeAnswer>? Edges);

internal sealed record NodeAnswer(string? Id, string? Label, long Calls, [property: JsonPropertyName("error_rate")] double ErrorRate, [property: JsonPropertyName("avg_duration")] double AvgDuration);

internal sealed record EdgeAnswer(
    string? Source, string? Target, long Calls, [property: JsonPropertyName("error_rate")] double ErrorRate, [property: JsonPropertyName("avg_duration")] double AvgDuration);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowReadingFromString | JsonNumberHandling.AllowNamedFloatingPointLiterals,
    RespectNullableAnnotations = false, MaxDepth = 256)]
[JsonSerializable(typeof(SearchAnswer))]
[JsonSerializable(typeof(SearchLineAnswer))]
[JsonSerializable(typeof(WholeTraceAnswer))]
[JsonSerializable(typeof(TagsAnswer))]
[JsonSerializable(typeof(TagValuesAnswer))]
[JsonSerializable(typeof(MetricsQueryAnswer))]
[JsonSerializable(typeof(GraphAnswer))]
internal sealed partial class AnswersContext : JsonSerializerContext;
