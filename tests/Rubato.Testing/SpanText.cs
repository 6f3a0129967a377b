using System.Globalization;
using System.Text;
using Rubato.Model.Spans;

namespace Rubato.Testing;

/// <summary>Everything about a span as text, so that two lists of spans can be compared and a difference can be read.</summary>
public static class SpanText
{
    /// <param name="spans">The spans.</param>
    /// <param name="sortAttributes">Columns do not keep the order of attributes: sort where order does not count.</param>
    public static string Of(IEnumerable<Span> spans, bool sortAttributes = false) =>
        string.Join("\n", spans.Select(s => Of(s, sortAttributes)));

    public static string Of(Span span, bool sortAttributes = false)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"trace={span.TraceId} id={span.SpanId} parent={span.ParentSpanId} name={span.Name} kind={span.Kind}");
        text.Append(CultureInfo.InvariantCulture, $" status={span.StatusCode}/{span.StatusMessage} {span.StartUnixNano}..{span.EndUnixNano}");
        text.Append(CultureInfo.InvariantCulture, $" state={span.TraceState} flags={span.Flags}");
        text.Append(CultureInfo.InvariantCulture, $" dropped={span.DroppedAttributesCount}/{span.DroppedEventsCount}/{span.DroppedLinksCount}");
        Attributes(text, span.Attributes, sortAttributes);
        foreach (var e in span.Events)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  event {e.TimeUnixNano} {e.Name} dropped={e.DroppedAttributesCount}");
            Attributes(text, e.Attributes, sortAttributes);
        }

        foreach (var l in span.Links)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n  link {Convert.ToHexString(l.TraceId)} {Convert.ToHexString(l.SpanId)} {l.TraceState} {l.Flags} {l.DroppedAttributesCount}");
            Attributes(text, l.Attributes, sortAttributes);
        }

        text.Append(CultureInfo.InvariantCulture, $"\n  resource {span.Resource.SchemaUrl} dropped={span.Resource.DroppedAttributesCount}");
        Attributes(text, span.Resource.Attributes, sortAttributes);
        text.Append(CultureInfo.InvariantCulture, $"\n  scope {span.Scope.Name} {span.Scope.Version} {span.Scope.SchemaUrl} dropped={span.Scope.DroppedAttributesCount}");
        Attributes(text, span.Scope.Attributes, sortAttributes);
        return text.ToString();
    }

    public static string Of(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Double => "double:" + BitConverter.DoubleToInt64Bits(value.AsDouble).ToString("x", CultureInfo.InvariantCulture),
        AttributeKind.Array => "[" + string.Join(",", value.AsArray.Select(Of)) + "]",
        AttributeKind.KeyValueList => "{" + string.Join(",", value.AsKeyValueList.Select(p => p.Key + "=" + Of(p.Value))) + "}",
        _ => value.Kind + ":" + value,
    };

    private static void Attributes(StringBuilder text, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes, bool sort)
    {
        var parts = attributes.Select(p => p.Key + "=" + Of(p.Value));
        if (sort) parts = parts.Order(StringComparer.Ordinal);
        text.Append(" [").AppendJoin("; ", parts).Append(']');
    }
}
