using Rubato.Model.Spans;

namespace Rubato.BrowserTests.Harness;

/// <summary>Spans of a made-up shop, a minute old at most, with ids that a test can name.</summary>
internal static class Shop
{
    private static readonly ulong Now = (ulong)DateTimeOffset.UtcNow.AddSeconds(-30).ToUnixTimeMilliseconds() * 1_000_000;

    /// <summary>Order number <paramref name="number"/>: front, stock and pay; every third fails to pay.</summary>
    public static Span[] Order(int number)
    {
        var trace = TraceOf(number);
        var start = Now + ((ulong)number * 100_000_000);
        var isFailed = number % 3 == 0;
        return
        [
            Span(trace, 1, 0, "POST /order", "front", start, 90_000_000, SpanKind.Server, isFailed),
            Span(trace, 2, 1, "reserve", "stock", start + 5_000_000, 30_000_000, SpanKind.Internal, false, ("stock.item", AttributeValue.Of($"item-{number}"))),
            Span(trace, 3, 1, "charge", "pay", start + 40_000_000, 45_000_000, SpanKind.Client, isFailed, ("pay.amount", AttributeValue.Of(number * 10L))),
            Span(trace, 4, 3, "INSERT payments", "pay", start + 50_000_000, 20_000_000, SpanKind.Client, false, ("db.statement", AttributeValue.Of("INSERT INTO payments VALUES (?)"))),
        ];
    }

    public static TraceId TraceOf(int number) => new(0x5409, (ulong)number + 1);

    /// <summary>A trace of many spans: a root, and groups of 50 below it.</summary>
    public static IEnumerable<Span> Large(TraceId trace, int count)
    {
        for (var i = 1; i <= count; i++)
        {
            var parent = i == 1 ? 0ul : i % 50 == 1 ? 1ul : (ulong)(((i - 2) / 50 * 50) + 1);
            yield return Span(trace, (ulong)i, parent == (ulong)i ? 1ul : parent, $"step {i % 40}", $"service-{i % 12}", Now + ((ulong)i * 1_000), 1_000_000, SpanKind.Internal, i % 97 == 0,
                ("step.number", AttributeValue.Of((long)i)));
        }
    }

    public static Span Span(
        TraceId trace, ulong id, ulong parent, string name, string service, ulong start, ulong duration, SpanKind kind, bool isFailed, params (string Key, AttributeValue Value)[] attributes) => new()
    {
        TraceId = trace,
        SpanId = new SpanId(id),
        ParentSpanId = new SpanId(parent),
        Name = name,
        Kind = kind,
        StartUnixNano = start,
        EndUnixNano = start + duration,
        StatusCode = isFailed ? StatusCode.Error : StatusCode.Unset,
        StatusMessage = isFailed ? "card refused" : "",
        Attributes = [.. attributes.Select(a => KeyValuePair.Create(a.Key, a.Value))],
        Events = isFailed ? [new SpanEvent { TimeUnixNano = start, Name = "exception", Attributes = [new("exception.stacktrace", AttributeValue.Of("at Pay()\n  at Order()\n  at Main()\n  at Start()"))] }] : [],
        Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of(service))] },
        Scope = new InstrumentationScope { Name = "shop" },
    };

    public static ulong StartOfAll => Now;
}
