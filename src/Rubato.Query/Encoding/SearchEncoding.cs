using System.Buffers;
using System.Text.Json;
using Rubato.Model.Otlp;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.Encoding;

/// <summary>Search answers as JSON and as protobuf (spec/http-api.md 4.1, spec/grpc-api.md 2.1).</summary>
internal static class SearchEncoding
{
    private const string NoRoot = "<root span not yet received>";

    public static ReadOnlyMemory<byte> ToJson(SearchResult result, bool padTraceIds, bool withReceipt = false)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray("traces");
            foreach (var trace in result.Traces) WriteTrace(json, trace, padTraceIds);
            json.WriteEndArray();
            WriteMetrics(json, result.Metrics, result.Problems.Count);
            if (withReceipt) ReceiptEncoding.WriteJson(json, result.Receipt);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The members of one line of a streamed answer: some of its traces, and what was done so far.</summary>
    public static void WriteLine(Utf8JsonWriter json, IReadOnlyList<TraceSearchResult> traces, bool padTraceIds, SearchMetrics metrics, int completedJobs, int totalJobs)
    {
        json.WriteStartArray("traces");
        foreach (var trace in traces) WriteTrace(json, trace, padTraceIds);
        json.WriteEndArray();
        WriteMetrics(json, metrics, completedJobs, totalJobs);
    }

    public static ReadOnlyMemory<byte> ToProtobuf(SearchResult result, bool padTraceIds)
    {
        var writer = new ProtoWriter();
        foreach (var trace in result.Traces) WriteTrace(writer, trace, padTraceIds);
        writer.Message(2, w => WriteMetrics(w, result.Metrics, result.Problems.Count));
        return writer.WrittenMemory;
    }

    /// <summary>One <c>traces</c> member of SearchResponse.</summary>
    public static void WriteTrace(ProtoWriter writer, TraceSearchResult trace, bool padTraceIds) => writer.Message(1, w =>
    {
        w.String(1, IdOf(trace, padTraceIds));
        w.String(2, RootService(trace));
        w.String(3, trace.RootTraceName);
        w.Varint(4, trace.StartUnixNano);
        w.Varint(5, trace.DurationNano / 1_000_000);
        if (trace.Spansets.Count > 0) w.Message(6, s => WriteSpanset(s, trace.Spansets[0]));
        foreach (var spanset in trace.Spansets) w.Message(7, s => WriteSpanset(s, spanset));
        foreach (var stats in trace.ServiceStats)
        {
            w.Message(8, entry =>
            {
                entry.String(1, stats.Service);
                entry.Message(2, v =>
                {
                    v.Varint(1, (ulong)stats.SpanCount);
                    v.Varint(2, (ulong)stats.ErrorCount);
                });
            });
        }
    });

    private static void WriteTrace(Utf8JsonWriter json, TraceSearchResult trace, bool padTraceIds)
    {
        json.WriteStartObject();
        json.WriteString("traceID", IdOf(trace, padTraceIds));
        json.WriteString("rootServiceName", RootService(trace));
        OtlpJsonValues.Text(json, "rootTraceName", trace.RootTraceName);
        ApiJson.UInt64(json, "startTimeUnixNano", trace.StartUnixNano);
        ApiJson.UInt32(json, "durationMs", (long)Math.Min(trace.DurationNano / 1_000_000, uint.MaxValue));
        if (trace.Spansets.Count > 0)
        {
            json.WritePropertyName("spanSet");
            WriteSpanset(json, trace.Spansets[0]);
            json.WriteStartArray("spanSets");
            foreach (var spanset in trace.Spansets) WriteSpanset(json, spanset);
            json.WriteEndArray();
        }

        if (trace.ServiceStats.Count > 0)
        {
            json.WriteStartObject("serviceStats");
            foreach (var stats in trace.ServiceStats)
            {
                json.WriteStartObject(stats.Service);
                ApiJson.UInt32(json, "spanCount", stats.SpanCount);
                ApiJson.UInt32(json, "errorCount", stats.ErrorCount);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void WriteSpanset(Utf8JsonWriter json, SpansetResult spanset)
    {
        json.WriteStartObject();
        if (spanset.Spans.Count > 0)
        {
            json.WriteStartArray("spans");
            foreach (var span in spanset.Spans)
            {
                json.WriteStartObject();
                json.WriteString("spanID", span.SpanId.ToString());
                OtlpJsonValues.Text(json, "name", span.Name ?? "");
                ApiJson.UInt64(json, "startTimeUnixNano", span.StartUnixNano);
                ApiJson.UInt64(json, "durationNanos", (ulong)Math.Max(0, span.DurationNano));
                OtlpJsonValues.KeyValues(json, "attributes", span.Attributes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        ApiJson.UInt32(json, "matched", spanset.Matched);
        OtlpJsonValues.KeyValues(json, "attributes", spanset.Attributes);
        json.WriteEndObject();
    }

    private static void WriteSpanset(ProtoWriter writer, SpansetResult spanset)
    {
        foreach (var span in spanset.Spans)
        {
            writer.Message(1, w =>
            {
                w.String(1, span.SpanId.ToString());
                w.String(2, span.Name ?? "");
                w.Varint(3, span.StartUnixNano);
                w.Varint(4, (ulong)Math.Max(0, span.DurationNano));
                OtlpWriter.WriteAttributes(w, 5, span.Attributes);
            });
        }

        writer.Varint(2, (ulong)spanset.Matched);
        OtlpWriter.WriteAttributes(writer, 3, spanset.Attributes);
    }

    private static string IdOf(TraceSearchResult trace, bool padded) => padded ? trace.TraceId.ToString() : trace.TraceId.ToShortString();

    private static string RootService(TraceSearchResult trace) => trace.RootServiceName is { Length: > 0 } name ? name : NoRoot;

    /// <summary>What an answer took, as JSON.</summary>
    public static void WriteMetrics(Utf8JsonWriter json, SearchMetrics metrics, int problems)
    {
        var (completed, total) = Jobs(metrics, problems);
        WriteMetrics(json, metrics, completed, total);
    }

    private static void WriteMetrics(Utf8JsonWriter json, SearchMetrics metrics, int completed, int total)
    {
        json.WriteStartObject("metrics");
        ApiJson.UInt32(json, "inspectedTraces", metrics.InspectedTraces);
        ApiJson.UInt64(json, "inspectedBytes", (ulong)metrics.InspectedBytes);
        ApiJson.UInt32(json, "totalBlocks", metrics.TotalBlocks);
        ApiJson.UInt32(json, "completedJobs", completed);
        ApiJson.UInt32(json, "totalJobs", total);
        ApiJson.UInt64(json, "totalBlockBytes", (ulong)metrics.TotalBlockBytes);
        ApiJson.UInt64(json, "inspectedSpans", (ulong)metrics.InspectedSpans);
        json.WriteEndObject();
    }

    /// <summary>The same as members of a SearchMetrics message.</summary>
    public static void WriteMetrics(ProtoWriter writer, SearchMetrics metrics, int problems)
    {
        var (completed, total) = Jobs(metrics, problems);
        WriteMetrics(writer, metrics, completed, total);
    }

    public static void WriteMetrics(ProtoWriter writer, SearchMetrics metrics, int completed, int total)
    {
        writer.Varint(1, (ulong)metrics.InspectedTraces);
        writer.Varint(2, (ulong)metrics.InspectedBytes);
        writer.Varint(3, (ulong)metrics.TotalBlocks);
        writer.Varint(4, (ulong)completed);
        writer.Varint(5, (ulong)total);
        writer.Varint(6, (ulong)metrics.TotalBlockBytes);
        writer.Varint(7, (ulong)metrics.InspectedSpans);
    }

    /// <summary>A segment is a job. Fewer completed than total is how an answer says that it is not complete.</summary>
    public static (int Completed, int Total) Jobs(SearchMetrics metrics, int problems)
    {
        var completed = Math.Max(1, metrics.ScannedSegments + metrics.SkippedSegments);
        return (completed, completed + problems);
    }
}
