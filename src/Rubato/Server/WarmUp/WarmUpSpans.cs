using Rubato.Model.Spans;

namespace Rubato.Server.WarmUp;

/// <summary>
/// Made-up spans that have something in every column: each type of attribute at each place, events, links, errors, and texts
/// that repeat beside texts that do not. Always the same: no clock, no random.
/// </summary>
internal static class WarmUpSpans
{
    public const int SpansPerTrace = 12;

    private const ulong Start = 1_700_000_000_000_000_000;
    private const ulong Millisecond = 1_000_000;

    private static readonly InstrumentationScope Scope = new() { Name = "warm.up", Version = "1.0", Attributes = [Text("scope.key", "x")] };

    private static readonly Resource[] Services =
    [
        .. Enumerable.Range(0, 6).Select(i => new Resource
        {
            Attributes =
            [
                Text("service.name", $"service-{i}"), Text("service.version", "1.2.3"), Text("deployment.environment", "production"),
                Text("k8s.pod.name", $"service-{i}-7c9d"), Text("host.name", $"node-{i % 3}"), new("process.pid", AttributeValue.Of(1000L + i)),
            ],
        }),
    ];

    public static List<Span> Make(int traces, int seed)
    {
        var spans = new List<Span>(traces * SpansPerTrace);
        for (var service = 0; service < Services.Length; service++)
        {
            for (var trace = 0; trace < traces; trace++)
            {
                for (var i = service; i < SpansPerTrace; i += Services.Length) spans.Add(Next(Id((seed * 1_000_003) + trace), i, Services[service]));
            }
        }

        return spans;
    }

    private static Span Next(TraceId trace, int i, Resource resource)
    {
        var unique = trace.Low + (ulong)i;
        var failed = unique % 7 == 0;
        var start = Start + (unique % 1000 * Millisecond);
        var attributes = new List<KeyValuePair<string, AttributeValue>>
        {
            Text("http.method", i % 2 == 0 ? "GET" : "POST"), new("http.status_code", AttributeValue.Of(failed ? 500L : 200L)),
            Text("http.route", $"/api/route-{unique % 15}"), Text("http.url", $"https://warm-up.example/api/items/{unique:x16}"),
            Text("http.request_id", $"{unique:x16}{unique * 31:x16}"), new("cache.hit", AttributeValue.Of(i % 3 == 0)),
            new("app.ratio", AttributeValue.Of(i * 0.25)), new("app.user.id", AttributeValue.Of($"user-{unique % 5000}")),
        };
        if (i % 4 == 0) attributes.Add(Text("db.statement", $"SELECT * FROM orders WHERE id = {unique}"));
        if (i == 5) attributes.Add(new("app.list", AttributeValue.Of([AttributeValue.Of("a"), AttributeValue.Of("b")])));
        if (unique % 11 == 0) attributes.Add(Text($"app.rare.{unique % 3}", "v"));
        return new Span
        {
            TraceId = trace,
            SpanId = new SpanId(unique | 1),
            ParentSpanId = i == 0 ? default : new SpanId((trace.Low + (ulong)((i - 1) / 2)) | 1),
            Name = $"operation-{i}",
            Kind = (SpanKind)(1 + (i % 5)),
            StatusCode = failed ? StatusCode.Error : StatusCode.Unset,
            StatusMessage = failed ? "deadline exceeded" : "",
            StartUnixNano = start,
            EndUnixNano = start + ((1 + (unique % 300)) * Millisecond),
            Attributes = attributes,
            Events = failed ? [new SpanEvent { TimeUnixNano = start + 1000, Name = "exception", Attributes = [Text("exception.type", "Timeout")] }] : [],
            Links = i == 7 ? [new SpanLink { TraceId = new byte[16], SpanId = new byte[8] }] : [],
            Resource = resource,
            Scope = Scope,
        };
    }

    /// <summary>The id of the first trace of a seed.</summary>
    public static TraceId FirstId(int seed) => Id(seed * 1_000_003);

    private static TraceId Id(int number)
    {
        var low = (ulong)(uint)number * 0x9E3779B97F4A7C15;
        return new TraceId(low ^ 0xD6E8FEB86659FD93, low | 1024);
    }

    private static KeyValuePair<string, AttributeValue> Text(string key, string value) => new(key, AttributeValue.Of(value));
}
