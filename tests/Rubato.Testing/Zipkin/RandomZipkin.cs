namespace Rubato.Testing.Zipkin;

/// <summary>Random spans from a seeded source, in which the tags that mean something are common.</summary>
public sealed class RandomZipkin(Random random)
{
    private static readonly string[] Keys =
    [
        "span.kind", "error", "otel.status_code", "otel.status_description", "otel.library.name", "otel.library.version", "w3c.tracestate", "otlp.service.name.source",
        "otlp.link.0", "otlp.link.127", "http.path", "host.name", "hostname", "cloud.zone", "service.version", "os.type", "deployment.environment", "deployment.environments",
        "opencensus.starttime", "process.pid", "x", "ключ", "opencensus", "a",
    ];

    private static readonly string[] Values =
        ["internal", "client", "true", "false", "Ok", "STATUS_CODE_ERROR", "Unset", "12", "-7", "1.5", "-0.25", "1.", ".5", "", "żółw", "a|b", "lib", "\"quoted\"\n", "200"];

    public List<ZipkinModel> Next(int most = 6) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => Span())];

    private ZipkinModel Span() => new()
    {
        TraceHigh = random.Next(2) == 0 ? 0 : (ulong)random.NextInt64(),
        TraceLow = (ulong)random.NextInt64(1, long.MaxValue),
        Id = (ulong)random.Next(1, 4),
        ParentId = (ulong)random.Next(4),
        Kind = Pick(["", "CLIENT", "SERVER", "PRODUCER", "CONSUMER"]),
        Name = Pick(["get", "", "żółw \"x\""]),
        Timestamp = Pick([0L, 1, 1_700_000_000_123_456]),
        Duration = Pick([0L, 1, 1500]),
        Local = Host(),
        Remote = Host(),
        Annotations = [.. Enumerable.Range(0, random.Next(3)).Select(i => (1_700_000_000_000_000L + i, Pick(["tick", "", "a|b", "a|b|c", "żółw"])))],
        Tags = [.. Keys.Where(_ => random.Next(4) == 0).Select(key => (key, key.StartsWith("otlp.link", StringComparison.Ordinal)
            ? Pick(["00000000000000000000000000000001|0000000000000002|a=b|{}|3", "0102030405060708090a0b0c0d0e0f10|0102030405060708|||0", "too|few|parts"])
            : key == "otlp.service.name.source" ? Pick(["", "service.instance", "x"]) : Pick(Values)))],
    };

    private ZipkinHost Host() => new(Pick(["", "shop", "pay"]), Pick(["", "10.0.0.1"]), Pick(["", "2001:db8::1"]), Pick([0, 80, 65_535]));

    private T Pick<T>(T[] items) => items[random.Next(items.Length)];
}
