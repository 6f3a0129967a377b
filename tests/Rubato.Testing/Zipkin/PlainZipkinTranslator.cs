using System.Globalization;
using System.Text.RegularExpressions;
using Rubato.Model.Spans;

namespace Rubato.Testing.Zipkin;

/// <summary>Zipkin version 2 to OTLP, slow and obvious, row by row as spec/wire-formats.md 5.4 has it: the twin that the receiver is compared with.</summary>
public static partial class PlainZipkinTranslator
{
    public static List<Span> Translate(IReadOnlyList<ZipkinModel> spans, bool parseStringTags)
    {
        var sorted = spans.OrderBy(s => s.Local.Service, StringComparer.Ordinal).ThenBy(s => Tag(s, "otel.library.name") ?? "", StringComparer.Ordinal).ToList();
        return [.. from g in sorted.GroupBy(s => s.Local.Service) let resource = Resource(g.First()) from span in g select Translate(span, resource, parseStringTags)];
    }

    private static string? Tag(ZipkinModel span, string key) => span.Tags.Where(t => t.Key == key).Select(t => t.Value).FirstOrDefault();

    private static Resource Resource(ZipkinModel first)
    {
        var key = Tag(first, "otlp.service.name.source") is { Length: > 0 } source ? source : "service.name";
        var attributes = new List<KeyValuePair<string, AttributeValue>>();
        if (first.Local.Service.Length > 0) attributes.Add(new(key, AttributeValue.Of(first.Local.Service)));
        foreach (var (k, v) in first.Tags.Where(t => OfResource().IsMatch(t.Key) && !(first.Local.Service.Length > 0 && t.Key == key))) attributes.Add(new(k, AttributeValue.Of(v)));
        return new Resource { Attributes = attributes };
    }

    private static Span Translate(ZipkinModel span, Resource resource, bool parseStringTags)
    {
        var attributes = new List<KeyValuePair<string, AttributeValue>>();
        var links = new List<SpanLink>();
        string[] special = ["otel.library.name", "otel.library.version", "otlp.service.name.source", "w3c.tracestate", "otel.status_code", "otel.status_description"];
        foreach (var (key, value) in span.Tags)
        {
            if (special.Contains(key) || OfResource().IsMatch(key) || (key == "error" && value == "true") || (key == "span.kind" && span.Kind.Length == 0)) continue;
            if (Link().IsMatch(key))
            {
                var parts = value.Split('|');
                if (parts.Length < 5) continue;
                links.Add(new SpanLink { TraceId = Convert.FromHexString(parts[0]), SpanId = Convert.FromHexString(parts[1]), TraceState = parts[2], DroppedAttributesCount = uint.Parse(parts[^1], CultureInfo.InvariantCulture) });
            }
            else
            {
                attributes.Add(new(key, Value(value, parseStringTags)));
            }
        }

        if (span.Timestamp == 0) attributes.Add(new("otel.zipkin.absentField.startTime", AttributeValue.Of(true)));
        Address("net.host.ip", span.Local);
        if (span.Local.Port > 0) attributes.Add(new("net.host.port", AttributeValue.Of((long)span.Local.Port)));
        if (span.Remote.Service.Length > 0) attributes.Add(new("peer.service", AttributeValue.Of(span.Remote.Service)));
        Address("net.peer.ip", span.Remote);
        if (span.Remote.Port > 0) attributes.Add(new("net.peer.port", AttributeValue.Of((long)span.Remote.Port)));
        var status = Tag(span, "otel.status_code") switch { "STATUS_CODE_OK" or "Ok" => StatusCode.Ok, "STATUS_CODE_ERROR" or "Error" => StatusCode.Error, _ => StatusCode.Unset };
        return new Span
        {
            TraceId = new TraceId(span.TraceHigh, span.TraceLow),
            SpanId = new SpanId(span.Id),
            ParentSpanId = span.ParentId == span.Id ? default : new SpanId(span.ParentId),
            Name = span.Name,
            Kind = span.Kind switch
            {
                "CLIENT" => SpanKind.Client, "SERVER" => SpanKind.Server, "PRODUCER" => SpanKind.Producer, "CONSUMER" => SpanKind.Consumer,
                _ => Tag(span, "span.kind") == "internal" ? SpanKind.Internal : SpanKind.Unspecified,
            },
            StartUnixNano = (ulong)span.Timestamp * 1000,
            EndUnixNano = (ulong)(span.Timestamp + span.Duration) * 1000,
            StatusCode = span.Tags.Any(t => t.Key == "error") ? StatusCode.Error : status,
            StatusMessage = Tag(span, "otel.status_description") ?? "",
            TraceState = Tag(span, "w3c.tracestate") ?? "",
            Attributes = attributes,
            Links = links,
            Events = [.. span.Annotations.Select(a => new SpanEvent { TimeUnixNano = (ulong)a.Timestamp * 1000, Name = a.Value })],
            Resource = resource,
            Scope = new InstrumentationScope { Name = Tag(span, "otel.library.name") ?? "", Version = Tag(span, "otel.library.version") ?? "" },
        };

        void Address(string key, ZipkinHost host)
        {
            if (host.Ipv6.Length + host.Ipv4.Length > 0) attributes.Add(new(key, AttributeValue.Of(host.Ipv6.Length > 0 ? host.Ipv6 : host.Ipv4)));
        }
    }

    private static AttributeValue Value(string text, bool parse)
    {
        if (!parse) return AttributeValue.Of(text);
        if (text is "true" or "false") return AttributeValue.Of(text == "true");
        if (Whole().IsMatch(text)) return AttributeValue.Of(long.Parse(text, CultureInfo.InvariantCulture));
        return Fraction().IsMatch(text) ? AttributeValue.Of(double.Parse(text, CultureInfo.InvariantCulture)) : AttributeValue.Of(text);
    }

    [GeneratedRegex("^-?[0-9]+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^-?[0-9]+\.[0-9]+$")]
    private static partial Regex Fraction();

    [GeneratedRegex("^otlp\\.link\\.[0-9]+$")]
    private static partial Regex Link();

    [GeneratedRegex(@"^(cloud\.|aws\.(ecs|eks|log)\.|container\.|deployment\.environment$|device\.|faas\.|host\.|k8s\.|os\.|process\.|service\.|telemetry\.sdk\.|telemetry\.auto\.version$|webengine\.|opencensus\.(starttime|exporterversion|resourcetype)$)")]
    private static partial Regex OfResource();
}
