using System.Buffers;
using System.Text.Json;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Explain;
using Rubato.TraceQL.Syntax;

namespace Rubato.Query.Encoding;

/// <param name="Kind">search, range or instant.</param>
/// <param name="Query">As it ran; null for a search without one.</param>
/// <param name="Found">Traces or series.</param>
/// <param name="Receipt">What was looked at in all.</param>
internal sealed record ExplainedAnswer(string Kind, TraceQLQuery? Query, int Found, QueryReceipt Receipt);

/// <summary>How a query ran, as JSON.</summary>
internal static class ExplainEncoding
{
    /// <summary>Of more segments only the totals are shown.</summary>
    private const int MaxSegments = 1000;

    public static ReadOnlyMemory<byte> ToJson(QueryExplanation explanation, ExplainedAnswer answer)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Options))
        {
            json.WriteStartObject();
            json.WriteString("kind", answer.Kind);
            json.WriteString("query", answer.Query?.ToString() ?? "");
            json.WriteNumber("found", answer.Found);
            json.WriteStartArray("fields");
            if (answer.Query is { } query)
            {
                foreach (var field in TraceQLWalker.DescendantsAndSelf(query).OfType<Field>().Distinct()) json.WriteStringValue(CanonicalText.Of(field));
            }

            json.WriteEndArray();
            json.WriteStartArray("steps");
            foreach (var step in explanation.Steps)
            {
                json.WriteStartObject();
                json.WriteString("name", step.Name);
                json.WriteNumber("times", step.Times);
                Milliseconds(json, step.Milliseconds);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            WriteColumns(json, Total(explanation));
            json.WriteStartArray("segments");
            foreach (var segment in explanation.Segments.Take(MaxSegments)) WriteSegment(json, segment);
            json.WriteEndArray();
            json.WriteNumber("segmentsNotShown", Math.Max(0, explanation.Segments.Count - MaxSegments));
            ReceiptEncoding.WriteJson(json, answer.Receipt);
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static IEnumerable<ColumnReading> Total(QueryExplanation explanation) => explanation.Segments
        .SelectMany(s => s.Columns).GroupBy(c => c.Name, StringComparer.Ordinal).Select(g => g.Aggregate((a, b) => a + b)).OrderByDescending(c => c.Bytes);

    private static void WriteSegment(Utf8JsonWriter json, SegmentExplanation segment)
    {
        json.WriteStartObject();
        json.WriteString("name", segment.Name);
        json.WriteNumber("spans", segment.SpanCount);
        json.WriteString("outcome", segment.Outcome switch
        {
            SegmentOutcome.Read => "read",
            SegmentOutcome.RuledOut => "ruled out",
            SegmentOutcome.Failed => "failed",
            _ => "skipped",
        });
        json.WriteString("why", segment.Why);
        WriteColumns(json, segment.Columns);
        json.WriteEndObject();
    }

    private static void WriteColumns(Utf8JsonWriter json, IEnumerable<ColumnReading> columns)
    {
        json.WriteStartArray("columns");
        foreach (var column in columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteNumber("reads", column.Reads);
            json.WriteNumber("rows", column.Rows);
            json.WriteNumber("bytes", column.Bytes);
            Milliseconds(json, column.Milliseconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Milliseconds(Utf8JsonWriter json, double value) => json.WriteNumber("milliseconds", Math.Round(value, 3));
}
