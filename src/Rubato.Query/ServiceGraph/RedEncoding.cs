using System.Buffers;
using System.Text.Json;
using Rubato.Query.Encoding;

namespace Rubato.Query.ServiceGraph;

/// <summary>The JSON of RED, see docs/metrics-generator.md. Durations in milliseconds, rates a second.</summary>
internal static class RedEncoding
{
    private static readonly (string Name, double Quantile)[] Quantiles = [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99)];
    private static readonly (string Name, double Quantile)[] SeriesQuantiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)];

    /// <param name="Operation">Null where services are counted as a whole.</param>
    public sealed record Group(string Service, string? Operation, RedGroup Sums);

    public static ReadOnlyMemory<byte> Write(IEnumerable<Group> groups, RedQuestion question)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var (start, end) = (question.Range.StartUnixNano, question.Range.EndUnixNano);
        var seconds = Math.Max((end - start) / 1e9, 1e-9);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Options))
        {
            json.WriteStartObject();
            json.WriteStartArray(question.ByOperation ? "operations" : "services");
            foreach (var group in groups) WriteGroup(json, group, seconds, question.StepNano / 1e9);
            json.WriteEndArray();
            json.WriteNumber("start", start / 1_000_000_000);
            json.WriteNumber("end", end / 1_000_000_000);
            if (question.StepNano > 0) json.WriteNumber("step", question.StepNano / 1e9);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteGroup(Utf8JsonWriter json, Group group, double seconds, double stepSeconds)
    {
        var total = group.Sums.Total;
        json.WriteStartObject();
        json.WriteString("service", group.Service);
        if (group.Operation is not null) json.WriteString("operation", group.Operation);
        json.WriteNumber("calls", total.Calls);
        json.WriteNumber("rate", total.Calls / seconds);
        json.WriteNumber("error_rate", (double)total.Failed / total.Calls);
        json.WriteNumber("avg_duration", total.SumNano / total.Calls / 1e6);
        foreach (var (name, q) in Quantiles) json.WriteNumber(name, total.Quantile(q) / 1e6);
        if (group.Sums.Intervals.Count > 0) WriteSeries(json, group.Sums.Intervals, stepSeconds);
        json.WriteEndObject();
    }

    private static void WriteSeries(Utf8JsonWriter json, IReadOnlyList<DurationSketch?> intervals, double stepSeconds)
    {
        json.WriteStartObject("series");
        WriteArray("rate", sketch => (sketch?.Calls ?? 0) / stepSeconds);
        WriteArray("error_rate", sketch => sketch is null ? 0 : (double)sketch.Failed / sketch.Calls);
        foreach (var (name, q) in SeriesQuantiles) WriteArray(name, sketch => sketch?.Quantile(q) / 1e6);
        json.WriteEndObject();

        void WriteArray(string name, Func<DurationSketch?, double?> of)
        {
            json.WriteStartArray(name);
            foreach (var sketch in intervals)
            {
                if (of(sketch) is { } value) json.WriteNumberValue(value);
                else json.WriteNullValue();
            }

            json.WriteEndArray();
        }
    }
}
