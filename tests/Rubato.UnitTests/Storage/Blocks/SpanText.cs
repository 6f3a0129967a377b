using System.Globalization;
using System.Text;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>A span as one text, attributes as a sorted multiset, to compare what went in with what came out.</summary>
internal static class SpanText
{
    public static string Of(Span span)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{span.TraceId} {span.SpanId} {span.ParentSpanId} '{span.Name}' {(int)span.Kind} {(int)span.StatusCode} '{span.StatusMessage}' ");
        text.Append(CultureInfo.InvariantCulture, $"{span.StartUnixNano} {span.EndUnixNano} '{span.TraceState}' {span.Flags} {span.DroppedAttributesCount} {span.DroppedEventsCount} {span.DroppedLinksCount}\n");
        Add(text, "attributes", span.Attributes);
        text.Append(CultureInfo.InvariantCulture, $"resource {span.Resource.DroppedAttributesCount} '{span.Resource.SchemaUrl}'\n");
        Add(text, "resource", span.Resource.Attributes);
        text.Append(CultureInfo.InvariantCulture, $"scope '{span.Scope.Name}' '{span.Scope.Version}' {span.Scope.DroppedAttributesCount} '{span.Scope.SchemaUrl}'\n");
        Add(text, "scope", span.Scope.Attributes);
        foreach (var e in span.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"event {e.TimeUnixNano} '{e.Name}' {e.DroppedAttributesCount}\n");
            Add(text, "event", e.Attributes);
        }

        foreach (var l in span.Links)
        {
            text.Append(CultureInfo.InvariantCulture, $"link {Convert.ToHexString(l.TraceId)} {Convert.ToHexString(l.SpanId)} '{l.TraceState}' {l.Flags} {l.DroppedAttributesCount}\n");
            Add(text, "link", l.Attributes);
        }

        return text.ToString();
    }

    /// <summary>What a block must hold of these batches: all spans, of duplicates the first by (start, span id, arrival).</summary>
    public static async Task<List<string>> ExpectedAsync(IEnumerable<BatchSegment> batches)
    {
        var spans = new List<Span>();
        foreach (var batch in batches) spans.AddRange(await batch.ReadSpansAsync(RowSet.Range(0, batch.SpanCount), ScanContext.None));
        return [.. Sorted(spans).DistinctBy(s => (s.TraceId, s.SpanId, s.Kind, s.StartUnixNano)).Select(Of)];
    }

    public static async Task<List<string>> ReadAsync(IEnumerable<ISpanSegment> segments)
    {
        var texts = new List<string>();
        foreach (var segment in segments) texts.AddRange((await segment.ReadSpansAsync(RowSet.Range(0, segment.SpanCount), ScanContext.None)).Select(Of));
        return texts;
    }

    private static IEnumerable<Span> Sorted(IEnumerable<Span> spans) => spans.OrderBy(s => s.TraceId).ThenBy(s => s.StartUnixNano).ThenBy(s => s.SpanId);

    private static void Add(StringBuilder text, string what, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes)
    {
        foreach (var line in attributes.Select(a => $"  {what} {a.Key} = {a.Value.Kind} {Bits(a.Value)}").Order(StringComparer.Ordinal)) text.Append(line).Append('\n');
    }

    private static string Bits(AttributeValue value) =>
        value.Kind == AttributeKind.Double ? BitConverter.DoubleToInt64Bits(value.AsDouble).ToString("x", CultureInfo.InvariantCulture) : value.ToString();
}
