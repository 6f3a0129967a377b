namespace Rubato.Testing.Jaeger;

/// <summary>Random batches from a seeded source, in which the tags that mean something are common.</summary>
public sealed class RandomJaeger(Random random)
{
    private static readonly string[] Keys =
    [
        "span.kind", "error", "otel.status_code", "otel.status_description", "http.status_code", "http.status_message", "w3c.tracestate",
        "otel.scope.name", "otel.scope.version", "hostname", "host.name", "jaeger.version", "service.name", "event", "message", "x", "", "ключ",
    ];

    private static readonly object[] Values =
    [
        "client", "server", "internal", "producer", "consumer", "ok", "ERROR", "Unset", "404", "200", "399", "-1", "4x4", "k=v", "", "żółw", "lib",
        true, true, false, 200L, 404L, 399L, 500L, -1L, long.MaxValue, long.MinValue, 0.5, double.NaN, new byte[] { 0, 255 }, 77,
    ];

    private static readonly long[] Times = [0, 1, 1_700_000_000_000_000, 1_700_000_000_123_456, -5, long.MaxValue / 1000];

    /// <param name="maxSpans">At most this many spans; perhaps none.</param>
    public JaegerBatch Next(int maxSpans = 5) => new(Process(), Many(maxSpans, Span));

    private JaegerProcess Process() => new(Pick(["shop", "pay", "", "OTLPResourceNoServiceName"]), Many(random.Next(12) == 0 ? 40 : 4, Tag));

    private JaegerSpan Span()
    {
        var (high, low) = TraceId();
        return new JaegerSpan
        {
            TraceHigh = high, TraceLow = low, SpanId = Id(), ParentId = random.Next(2) == 0 ? 0 : Id(), Name = Pick(["GET /", "", "żółw"]),
            References = Many(4, () => random.Next(2) == 0 ? new JaegerReference(random.Next(2) == 0, high, low, Id()) : OtherTrace()),
            Start = Pick(Times), Duration = Pick([0L, 1500, 1_000_000, -3]), Flags = random.Next(4),
            Tags = Many(8, Tag), Logs = Many(3, () => new JaegerLog(Pick(Times), Many(3, Tag))),
            Process = random.Next(3) == 0 ? Process() : null,
        };
    }

    private JaegerReference OtherTrace()
    {
        var (high, low) = TraceId();
        return new JaegerReference(random.Next(2) == 0, high, low, Id());
    }

    private (ulong, ulong) TraceId() => (random.Next(2) == 0 ? 0 : (ulong)random.NextInt64(), (ulong)random.NextInt64(1, 4));

    private ulong Id() => random.Next(3) == 0 ? (ulong)random.NextInt64(1, long.MaxValue) | (1UL << 63) : (ulong)random.Next(1, 4);

    private JaegerTag Tag() => new(Pick(Keys), Pick(Values));

    private T Pick<T>(T[] items) => items[random.Next(items.Length)];

    private List<T> Many<T>(int max, Func<T> make) => [.. Enumerable.Range(0, random.Next(max + 1)).Select(_ => make())];
}
