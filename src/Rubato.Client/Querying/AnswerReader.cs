using System.Buffers.Text;

namespace Rubato.Client;

/// <summary>From answers on the wire to the public types.</summary>
internal static class AnswerReader
{
    private const int TraceIdDigits = 32;
    private const int SpanIdDigits = 16;

    public static SearchResult Search(SearchAnswer answer, string? incomplete) => new(
        [.. (answer.Traces ?? []).Select(Summary)], answer.Metrics?.InspectedTraces ?? 0, answer.Metrics?.InspectedBytes ?? 0, incomplete);

    public static SearchPart Part(SearchLineAnswer line) =>
        Part(line.Traces, line.Metrics, line.Done, line.Receipt?.Failures is { Count: > 0 } failures ? string.Join("; ", failures) : null);

    public static SearchPart Part(List<TraceAnswer>? traces, MetricsAnswer? metrics, bool isLast, string? incomplete) => new(
        [.. (traces ?? []).Select(Summary)], metrics?.InspectedTraces ?? 0, metrics?.InspectedSpans ?? 0, metrics?.InspectedBytes ?? 0, metrics?.TotalBlocks ?? 0,
        metrics?.CompletedJobs ?? 0, metrics?.TotalJobs ?? 0, isLast, incomplete);

    public static TraceData? Whole(WholeTraceAnswer answer, string? incomplete)
    {
        List<TraceSpan> spans = [];
        foreach (BatchAnswer batch in answer.Trace?.ResourceSpans ?? answer.Trace?.Batches ?? answer.Batches ?? answer.ResourceSpans ?? [])
        {
            IReadOnlyDictionary<string, AttributeValue> resource = Attributes(batch.Resource?.Attributes);
            foreach (ScopeSpansAnswer scope in batch.ScopeSpans ?? batch.InstrumentationLibrarySpans ?? [])
            {
                spans.AddRange((scope.Spans ?? []).Select(span => Span(span, resource, scope.Scope)));
            }
        }

        return spans.Count == 0 ? null : new TraceData(spans[0].TraceId, spans, Partial(answer.Status, answer.Message) ?? incomplete);
    }

    public static MetricsResult Metrics(MetricsQueryAnswer answer, string? incomplete) => new(
        [.. (answer.Series ?? []).Select(series => new MetricsSeries(
            Attributes(series.Labels),
            series.Value is { } only ? [new MetricsSample(DateTimeOffset.UnixEpoch, only)] : [.. (series.Samples ?? []).Select(sample => new MetricsSample(Time(sample.TimestampMs), sample.Value))],
            [.. (series.Exemplars ?? []).Select(Exemplar)]))],
        Partial(answer.Status, answer.Message) ?? incomplete);

    /// <summary>An instant answer leaves a value of zero out, as everything that is zero.</summary>
    public static MetricsResult Instant(MetricsQueryAnswer answer, string? incomplete) =>
        Metrics(answer with { Series = [.. (answer.Series ?? []).Select(series => series with { Value = series.Value ?? 0 })] }, incomplete);

    public static ServiceGraph Graph(GraphAnswer answer) => new(
        [.. (answer.Nodes ?? []).Select(node => new ServiceNode(node.Id ?? "", node.Label ?? node.Id ?? "", node.Calls, node.ErrorRate, node.AvgDuration))],
        [.. (answer.Edges ?? []).Select(edge => new ServiceEdge(edge.Source ?? "", edge.Target ?? "", edge.Calls, edge.ErrorRate, edge.AvgDuration))]);

    /// <summary>Hexadecimal with or without its leading zeros, or base64 of the bytes: each answer has its own form (spec/http-api.md 1.3).</summary>
    internal static string Id(string? text, int digits)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }

        // Base64 of 16 bytes has 24 characters and of 8 bytes 12, hexadecimal at most 32 and 16: where a hexadecimal id lost zeros and has just that length,
        // only base64 has the '=' that both of these lengths need.
        int base64Length = digits == TraceIdDigits ? 24 : 12;
        if (text.Length == base64Length && text[^1] == '=' && Base64.IsValid(text))
        {
            return Convert.ToHexStringLower(Convert.FromBase64String(text));
        }

        return text.ToLowerInvariant().PadLeft(digits, '0');
    }

    private static TraceSummary Summary(TraceAnswer trace) => new(
        Id(trace.TraceId, TraceIdDigits), trace.RootServiceName ?? "", trace.RootTraceName ?? "", trace.StartTimeUnixNano, trace.DurationMs,
        [.. (trace.SpanSets ?? (trace.SpanSet is { } only ? [only] : [])).Select(set => new SpanSet(
            [.. (set.Spans ?? []).Select(span => new SpanSummary(Id(span.SpanId, SpanIdDigits), span.Name ?? "", span.StartTimeUnixNano, span.DurationNanos, Attributes(span.Attributes)))],
            set.Matched, Attributes(set.Attributes)))],
        (trace.ServiceStats ?? []).ToDictionary(pair => pair.Key, pair => new ServiceStats(pair.Value.SpanCount, pair.Value.ErrorCount)));

    private static TraceSpan Span(WholeSpanAnswer span, IReadOnlyDictionary<string, AttributeValue> resource, ScopeAnswer? scope) => new()
    {
        TraceId = Id(span.TraceId, TraceIdDigits),
        SpanId = Id(span.SpanId, SpanIdDigits),
        ParentSpanId = Id(span.ParentSpanId, SpanIdDigits),
        TraceState = span.TraceState ?? "",
        Name = span.Name ?? "",
        Kind = span.Kind switch
        {
            "SPAN_KIND_INTERNAL" or "1" => SpanKind.Internal,
            "SPAN_KIND_SERVER" or "2" => SpanKind.Server,
            "SPAN_KIND_CLIENT" or "3" => SpanKind.Client,
            "SPAN_KIND_PRODUCER" or "4" => SpanKind.Producer,
            "SPAN_KIND_CONSUMER" or "5" => SpanKind.Consumer,
            _ => SpanKind.Unspecified,
        },
        StartTimeUnixNano = span.StartTimeUnixNano,
        EndTimeUnixNano = span.EndTimeUnixNano,
        Status = span.Status?.Code switch
        {
            "STATUS_CODE_OK" or "1" => SpanStatus.Ok,
            "STATUS_CODE_ERROR" or "2" => SpanStatus.Error,
            _ => SpanStatus.Unset,
        },
        StatusMessage = span.Status?.Message ?? "",
        Attributes = Attributes(span.Attributes),
        Resource = resource,
        ScopeName = scope?.Name ?? "",
        ScopeVersion = scope?.Version ?? "",
        Events = [.. (span.Events ?? []).Select(e => new SpanEvent(e.TimeUnixNano, e.Name ?? "", Attributes(e.Attributes)))],
        Links = [.. (span.Links ?? []).Select(l => new SpanLink(Id(l.TraceId, TraceIdDigits), Id(l.SpanId, SpanIdDigits), Attributes(l.Attributes)))],
    };

    private static MetricsExemplar Exemplar(ExemplarAnswer exemplar)
    {
        IReadOnlyDictionary<string, AttributeValue> labels = Attributes(exemplar.Labels);
        return new MetricsExemplar(
            labels.TryGetValue("trace:id", out AttributeValue? id) ? Id(id.ToString(), TraceIdDigits) : "", Time(exemplar.TimestampMs), exemplar.Value, labels);
    }

    private static DateTimeOffset Time(long unixMillis) => DateTimeOffset.UnixEpoch.AddMilliseconds(unixMillis);

    private static string? Partial(string? status, string? message) => status == "PARTIAL" ? message ?? "the server gives a part" : null;

    private static Dictionary<string, AttributeValue> Attributes(List<AttributeAnswer>? attributes)
    {
        var result = new Dictionary<string, AttributeValue>(attributes?.Count ?? 0, StringComparer.Ordinal);
        foreach (AttributeAnswer attribute in attributes ?? [])
        {
            // The first of a name, as the server's own conditions see it.
            result.TryAdd(attribute.Key ?? "", Value(attribute.Value));
        }

        return result;
    }

    private static AttributeValue Value(AnyValueAnswer? value) => value switch
    {
        { StringValue: { } text } => AttributeValue.Of(text),
        { IntValue: { } number } => AttributeValue.Of(number),
        { DoubleValue: { } number } => AttributeValue.Of(number),
        { BoolValue: { } flag } => AttributeValue.Of(flag),
        { ArrayValue: { } array } => AttributeValue.Of((IReadOnlyList<AttributeValue>)[.. (array.Values ?? []).Select(Value)]),
        { KvlistValue: { } map } => AttributeValue.Of(Attributes(map.Values)),
        { BytesValue: { } bytes } => AttributeValue.Of(bytes),
        _ => AttributeValue.Empty,
    };
}
