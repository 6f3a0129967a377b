using System.Globalization;
using Rubato.Model.Spans;

namespace Rubato.Testing.Jaeger;

/// <summary>Jaeger to OTLP, slow and obvious, row by row as spec/wire-formats.md 4 has it: the twin that the receivers are compared with.</summary>
public static class PlainJaegerTranslator
{
    public static List<Span> Translate(JaegerBatch batch, bool isGrpc)
    {
        var groups = new List<(string Key, JaegerProcess Process, List<JaegerSpan> Spans)>();
        foreach (var span in batch.Spans)
        {
            var process = isGrpc && span.Process is { } own ? own : batch.Process;
            var key = Text(process);
            var at = groups.FindIndex(g => g.Key == key);
            if (at < 0)
            {
                at = groups.Count;
                groups.Add((key, process, []));
            }

            groups[at].Spans.Add(span);
        }

        return [.. from g in groups let resource = Resource(g.Process, isGrpc) from span in g.Spans select Translate(span, resource, isGrpc)];
    }

    private static string Text(JaegerProcess process) =>
        process.ServiceName + "\n" + string.Join('\n', process.Tags.Select(t => $"{t.Key}={t.Value.GetType().Name}:{SpanText.Of(Value(t))}"));

    private static Resource Resource(JaegerProcess process, bool isGrpc)
    {
        if (isGrpc && process.ServiceName == "OTLPResourceNoServiceName") return new Resource();
        var attributes = new Dictionary<string, AttributeValue>();
        if (process.ServiceName.Length > 0) attributes["service.name"] = AttributeValue.Of(process.ServiceName);
        foreach (var tag in process.Tags) attributes[tag.Key] = Value(tag);
        if (LastOf("hostname") is string && attributes.TryGetValue("hostname", out var host) && !attributes.ContainsKey("host.name"))
        {
            attributes["host.name"] = host;
            attributes.Remove("hostname");
        }

        if (LastOf("jaeger.version") is string && attributes.TryGetValue("jaeger.version", out var version))
        {
            attributes["opencensus.exporterversion"] = AttributeValue.Of("Jaeger-" + version.AsString);
            attributes.Remove("jaeger.version");
        }

        return new Resource { Attributes = [.. attributes] };

        object? LastOf(string key) => process.Tags.LastOrDefault(t => t.Key == key)?.Value;
    }

    private static Span Translate(JaegerSpan span, Resource resource, bool isGrpc)
    {
        var tags = span.Tags.ToList();
        var kind = Last("span.kind") is string text
            ? text switch { "client" => SpanKind.Client, "server" => SpanKind.Server, "producer" => SpanKind.Producer, "consumer" => SpanKind.Consumer, "internal" => SpanKind.Internal, _ => SpanKind.Unspecified }
            : SpanKind.Unspecified;
        Remove("span.kind");

        string state = "", scopeName = "", scopeVersion = "";
        if (isGrpc)
        {
            state = TakeText("w3c.tracestate") ?? "";
            if (TakeText("otel.scope.name") is { } name)
            {
                scopeName = name;
                scopeVersion = TakeText("otel.scope.version") ?? "";
            }
        }

        var status = StatusCode.Unset;
        var message = "";
        var httpMessage = LastText("http.status_message") ?? "";
        var code = Last("otel.status_code");
        var isError = Last("error") is true;
        tags.RemoveAll(t => t is { Key: "error", Value: true });
        if (isError)
        {
            status = StatusCode.Error;
            message = TakeText("otel.status_description") ?? httpMessage;
        }
        else if (code is not null)
        {
            status = code is string s ? s.ToUpperInvariant() switch { "OK" => StatusCode.Ok, "ERROR" => StatusCode.Error, _ => StatusCode.Unset } : StatusCode.Unset;
            message = TakeText("otel.status_description") ?? "";
        }
        else if (HttpStatus() is { } http && !(http is >= 400 and <= 499 && kind == SpanKind.Server) && http is not (>= 100 and <= 398))
        {
            status = StatusCode.Error;
            message = httpMessage;
        }

        Remove("otel.status_code");
        KeepLastText("otel.status_description");
        if (isGrpc) KeepLastText("otel.scope.version");

        var parent = isGrpc ? 0 : span.ParentId;
        foreach (var follows in new[] { false, true })
        {
            foreach (var r in span.References)
            {
                if (parent == 0 && r.IsFollowsFrom == follows && r.TraceHigh == span.TraceHigh && r.TraceLow == span.TraceLow) parent = r.SpanId;
            }
        }

        var start = Int128.Max(0, (Int128)span.Start * 1000);
        return new Span
        {
            TraceId = new TraceId(span.TraceHigh, span.TraceLow),
            SpanId = new SpanId(span.SpanId),
            ParentSpanId = new SpanId(parent),
            Name = span.Name,
            Kind = kind,
            StatusCode = status,
            StatusMessage = message,
            TraceState = state,
            StartUnixNano = Clamp(start),
            EndUnixNano = Clamp(Clamp(start) + ((Int128)span.Duration * 1000)),
            Attributes = [.. tags.Select(t => KeyValuePair.Create(t.Key, Value(t)))],
            Events = [.. span.Logs.Select(Event)],
            Links =
            [
                .. span.References.Where(r => r.IsFollowsFrom || r.SpanId != parent).Select(r => new SpanLink
                {
                    TraceId = new TraceId(r.TraceHigh, r.TraceLow).ToByteArray(),
                    SpanId = Convert.FromHexString($"{r.SpanId:x16}"),
                    Attributes = [new("opentracing.ref_type", AttributeValue.Of(r.IsFollowsFrom ? "follows_from" : "child_of"))],
                }),
            ],
            Resource = resource,
            Scope = new InstrumentationScope { Name = scopeName, Version = scopeVersion },
        };

        object? Last(string key) => tags.LastOrDefault(t => t.Key == key)?.Value;

        string? LastText(string key) => tags.LastOrDefault(t => t.Key == key && t.Value is string)?.Value as string;

        void Remove(string key) => tags.RemoveAll(t => t.Key == key);

        // Those that may mean something are one tag: of several the last.
        void KeepLastText(string key)
        {
            if (TakeText(key) is { } last) tags.Add(new JaegerTag(key, last));
        }

        string? TakeText(string key)
        {
            var taken = LastText(key);
            tags.RemoveAll(t => t.Key == key && t.Value is string);
            return taken;
        }

        long? HttpStatus() => Last("http.status_code") switch
        {
            long number => number,
            string digits when long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ => null,
        };
    }

    private static SpanEvent Event(JaegerLog log) => new()
    {
        TimeUnixNano = Clamp((Int128)log.Time * 1000),
        Name = log.Fields.LastOrDefault(f => f is { Key: "event", Value: string })?.Value as string ?? "",
        Attributes = [.. log.Fields.Where(f => f is not { Key: "event", Value: string }).Select(f => KeyValuePair.Create(f.Key, Value(f)))],
    };

    private static AttributeValue Value(JaegerTag tag) => tag.Value switch
    {
        string text => AttributeValue.Of(text),
        bool flag => AttributeValue.Of(flag),
        long number => AttributeValue.Of(number),
        double real => AttributeValue.Of(real),
        byte[] bytes => AttributeValue.Of(bytes),
        _ => AttributeValue.Of($"<Unknown Jaeger TagType {tag.Value}>"),
    };

    private static ulong Clamp(Int128 nanoseconds) => (ulong)Int128.Clamp(nanoseconds, 0, long.MaxValue);
}
