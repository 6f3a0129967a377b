using System.Buffers;
using System.Text.Json;
using Rubato.Model.Otlp;
using Rubato.TraceQL.Execution.Metrics;

namespace Rubato.Query.Encoding;

/// <summary>Answers of metrics queries (spec/http-api.md 6, spec/grpc-api.md 2.3): JSON over HTTP, whatever is accepted, messages over gRPC.</summary>
internal static class MetricsEncoding
{
    public static ReadOnlyMemory<byte> RangeJson(MetricsResult result, bool withReceipt = false) => Json(result, always: true, withReceipt, (json, series) =>
    {
        json.WriteStartArray("samples");
        for (var i = 0; i < series.Values.Length; i++)
        {
            if (double.IsNaN(series.Values[i])) continue;
            json.WriteStartObject();
            ApiJson.UInt64(json, "timestampMs", (ulong)result.Buckets.TimestampMs(i));
            if (series.Values[i] != 0) OtlpJsonValues.Double(json, "value", series.Values[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (series.Exemplars.Count == 0) return;
        json.WriteStartArray("exemplars");
        foreach (var exemplar in series.Exemplars)
        {
            json.WriteStartObject();
            OtlpJsonValues.KeyValues(json, "labels", exemplar.Labels);
            if (exemplar.Value != 0) OtlpJsonValues.Double(json, "value", exemplar.Value);
            ApiJson.UInt64(json, "timestampMs", (ulong)exemplar.TimestampMs);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public static ReadOnlyMemory<byte> InstantJson(MetricsResult result, bool withReceipt = false) => Json(result, always: false, withReceipt, (json, series) =>
    {
        if (series.Values[0] != 0) OtlpJsonValues.Double(json, "value", series.Values[0]);
    });

    /// <summary>One <c>series</c> member of QueryRangeResponse: the samples of the intervals from <paramref name="first"/> to before <paramref name="end"/>.</summary>
    public static void WriteRange(ProtoWriter writer, MetricsSeries series, TimeBuckets buckets, int first, int end) => writer.Message(1, w =>
    {
        OtlpWriter.WriteAttributes(w, 1, series.Labels);
        for (var i = first; i < end; i++)
        {
            if (double.IsNaN(series.Values[i])) continue;
            var at = i;
            w.Message(2, sample =>
            {
                sample.Double(1, series.Values[at]);
                sample.Varint(2, (ulong)buckets.TimestampMs(at));
            });
        }

        foreach (var exemplar in series.Exemplars)
        {
            w.Message(4, e =>
            {
                OtlpWriter.WriteAttributes(e, 1, exemplar.Labels);
                e.Double(2, exemplar.Value);
                e.Varint(3, (ulong)exemplar.TimestampMs);
            });
        }
    });

    /// <summary>One <c>series</c> member of QueryInstantResponse.</summary>
    public static void WriteInstant(ProtoWriter writer, MetricsSeries series) => writer.Message(1, w =>
    {
        OtlpWriter.WriteAttributes(w, 1, series.Labels);
        w.Double(2, series.Values[0]);
    });

    /// <summary>What follows the series in the last message of either.</summary>
    public static void WriteStatus(ProtoWriter writer, string? message)
    {
        writer.Varint(3, message is null ? 0UL : 1UL);
        writer.String(4, message ?? "");
    }

    private static ReadOnlyMemory<byte> Json(MetricsResult result, bool always, bool withReceipt, Action<Utf8JsonWriter, MetricsSeries> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Options))
        {
            json.WriteStartObject();
            if (always || result.Series.Count > 0)
            {
                json.WriteStartArray("series");
                foreach (var series in result.Series)
                {
                    json.WriteStartObject();
                    OtlpJsonValues.KeyValues(json, "labels", series.Labels);
                    write(json, series);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }

            WriteMetrics(json, result);
            if (result.Message is not null)
            {
                json.WriteString("status", "PARTIAL");
                json.WriteString("message", result.Message);
            }

            if (withReceipt) ReceiptEncoding.WriteJson(json, result.Receipt);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteMetrics(Utf8JsonWriter json, MetricsResult result) => SearchEncoding.WriteMetrics(json, result.Metrics, result.Problems.Count);
}
