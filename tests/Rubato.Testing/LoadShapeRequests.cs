using Rubato.Model.Otlp;
using Rubato.Model.Spans;

namespace Rubato.Testing;

/// <summary>
/// OTLP requests close to what the load generator sends: ~500 spans of ~340 bytes grouped by service, most keys and values
/// repeating, urls and ids not. For benchmarks of one layer, where the real generator would be in the way.
/// </summary>
public static class LoadShapeRequests
{
    public static List<byte[]> Make(int requests, int spansEach, int seed)
    {
        var random = new Random(seed);
        var services = Enumerable.Range(0, 30).Select(s => Enumerable.Range(0, 8).Select(p => Service(s, p)).ToArray()).ToArray();
        var scopes = Enumerable.Range(0, 8)
            .Select(i => new InstrumentationScope { Name = i < 4 ? "io.opentelemetry.http" : "io.opentelemetry.grpc", Version = $"1.{i % 4}.0" })
            .ToArray();
        var result = new List<byte[]>();
        for (var r = 0; r < requests; r++)
        {
            var spans = new List<Span>();
            while (spans.Count < spansEach)
            {
                var resource = services[random.Next(30)][random.Next(8)];
                var scope = scopes[random.Next(8)];
                for (var n = random.Next(8, 25); n > 0 && spans.Count < spansEach; n--) spans.Add(Next(random, resource, scope));
            }

            result.Add(OtlpWriter.Write(spans));
        }

        return result;
    }

    private static Resource Service(int service, int pod) => new()
    {
        Attributes =
        [
            Text("service.name", $"service-{service}"), Text("service.namespace", "shop"), Text("service.version", $"1.{service}.0"),
            Text("service.instance.id", $"{service:x8}-{pod:x8}-4000"), Text("deployment.environment", "production"),
            Text("k8s.cluster.name", "eu-west-1-a"), Text("k8s.namespace.name", "shop"), Text("k8s.pod.name", $"service-{service}-{pod:x6}"),
            Text("k8s.deployment.name", $"service-{service}"), Text("k8s.container.name", "app"), Text("host.name", $"node-{(service + pod) % 20}"),
            Text("cloud.region", "eu-west-1"), Text("telemetry.sdk.language", "dotnet"), Text("telemetry.sdk.name", "opentelemetry"),
            Number("process.pid", (service * 100) + pod),
        ],
    };

    private static Span Next(Random random, Resource resource, InstrumentationScope scope)
    {
        var attributes = new List<KeyValuePair<string, AttributeValue>>();
        var kind = (SpanKind)random.Next(1, 6);
        switch (kind)
        {
            case SpanKind.Server:
                attributes.AddRange(
                [
                    Text("http.method", random.Next(2) == 0 ? "GET" : "POST"), Text("http.route", $"/api/v1/route-{random.Next(15)}"), Number("http.status_code", 200),
                    Text("http.url", $"https://shop.example.com/api/v1/items/{random.Next(10_000_000, 99_999_999)}"),
                    Text("http.user_agent", $"Mozilla/5.0 (X11; Linux) agent/{random.Next(12)}"), Text("net.peer.ip", $"10.0.{random.Next(16)}.{random.Next(250)}"),
                    Text("http.request_id", Hex(random)),
                ]);
                break;
            case SpanKind.Client when random.Next(2) == 0:
                attributes.AddRange(
                [
                    Text("db.system", "postgresql"), Text("db.name", "shop"), Text("db.operation", "SELECT"), Text("db.table", $"table{random.Next(7)}"),
                    Text("db.statement", $"SELECT * FROM orders WHERE id = {random.Next(1_000_000, 9_999_999)}"), Number("db.rows", random.Next(100)),
                ]);
                break;
            case SpanKind.Client:
                attributes.AddRange(
                [
                    Text("http.method", "GET"), Number("http.status_code", 200), Text("http.url", $"http://service-{random.Next(30)}/rpc/{random.Next(10_000_000, 99_999_999)}"),
                    Text("peer.service", $"service-{random.Next(30)}"), Number("http.response_size", random.Next(100_000)),
                ]);
                break;
            case SpanKind.Internal:
                attributes.AddRange([Number("thread.id", random.Next(64)), Text("code.function", $"Function{random.Next(60)}"), new("cache.hit", AttributeValue.Of(random.Next(2) == 0))]);
                break;
            default:
                attributes.AddRange(
                [
                    Text("messaging.system", "kafka"), Text("messaging.destination", $"topic-{random.Next(8)}"), Number("messaging.kafka.partition", random.Next(32)),
                    Text("messaging.message_id", Hex(random)),
                ]);
                break;
        }

        attributes.Add(Text("app.user.id", $"user-{random.Next(100_000, 999_999)}"));
        attributes.Add(Text("app.tenant", $"tenant-{random.Next(50)}"));
        if (random.Next(10) == 0) attributes.Add(Text($"app.rare.{random.Next(60)}", $"v{random.Next(20)}"));
        var failed = random.Next(33) == 0;
        return new Span
        {
            TraceId = new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64()),
            SpanId = new SpanId((ulong)random.NextInt64(1, long.MaxValue)),
            ParentSpanId = new SpanId((ulong)random.NextInt64()),
            Name = $"{kind} operation-{random.Next(40)}",
            Kind = kind,
            StartUnixNano = 1_700_000_000_000_000_000 + (ulong)random.NextInt64(1_000_000_000),
            EndUnixNano = 1_700_000_001_000_000_000 + (ulong)random.NextInt64(1_000_000_000),
            Attributes = attributes,
            StatusCode = failed ? StatusCode.Error : StatusCode.Unset,
            StatusMessage = failed ? "deadline exceeded" : "",
            Events = failed
                ? [new SpanEvent { TimeUnixNano = 1_700_000_000_500_000_000, Name = "exception", Attributes = [Text("exception.type", "Timeout"), Text("exception.message", "too late")] }]
                : [],
            Resource = resource,
            Scope = scope,
        };
    }

    private static string Hex(Random random) => random.NextInt64().ToString("x16") + random.NextInt64().ToString("x16");

    private static KeyValuePair<string, AttributeValue> Text(string key, string value) => new(key, AttributeValue.Of(value));

    private static KeyValuePair<string, AttributeValue> Number(string key, long value) => new(key, AttributeValue.Of(value));
}
