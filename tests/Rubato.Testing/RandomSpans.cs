using Rubato.Model.Spans;

namespace Rubato.Testing;

/// <summary>
/// Random plain spans from a seeded source: every field and value type of OTLP, odd text, extreme numbers, keys that occur
/// with several types and twice on one span. Ids are good ones.
/// </summary>
public sealed class RandomSpans(Random random)
{
    private static readonly string[] Keys = ["http.method", "http.url", "count", "ключ", "a", "", "x y\"z", "service.name"];
    private static readonly string[] Texts = ["", "GET", "żółw", "\u0000\u0001", "a\"b\\c", "<&>\u2028", "😀", "v1", "v2"];
    private static readonly long[] Numbers = [0, 1, -1, 127, 128, 200, long.MaxValue, long.MinValue, 1L << 53, 1_700_000_000];
    private static readonly double[] Doubles = [0, -0.0, 1.5, -2.25e300, double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly ulong[] Times = [0, 1, 1_700_000_000_000_000_000, long.MaxValue, ulong.MaxValue];

    /// <summary>Spans in groups that share Resource and Scope objects.</summary>
    public List<Span> Next(int count)
    {
        var spans = new List<Span>(count);
        while (spans.Count < count)
        {
            var resource = new Resource { Attributes = Attributes(4), DroppedAttributesCount = Count(), SchemaUrl = SchemaUrl() };
            for (var scopes = random.Next(1, 3); scopes > 0; scopes--)
            {
                var scope = new InstrumentationScope
                {
                    Name = Text(), Version = Text(), Attributes = Attributes(2), DroppedAttributesCount = Count(), SchemaUrl = SchemaUrl(),
                };
                for (var n = random.Next(1, 5); n > 0 && spans.Count < count; n--) spans.Add(NextSpan(resource, scope));
            }
        }

        return spans;
    }

    public Span NextSpan(Resource resource, InstrumentationScope scope) => new()
    {
        TraceId = NextTraceId(),
        SpanId = new SpanId((ulong)random.NextInt64(1, long.MaxValue)),
        ParentSpanId = random.Next(3) == 0 ? default : new SpanId((ulong)random.NextInt64()),
        Name = Text(),
        Kind = (SpanKind)random.Next(8),
        StatusCode = (StatusCode)random.Next(4),
        StatusMessage = random.Next(3) == 0 ? Text() : "",
        StartUnixNano = Time(),
        EndUnixNano = Time(),
        TraceState = random.Next(4) == 0 ? "k=v,x=" + Text() : "",
        Flags = Count(),
        DroppedAttributesCount = Count(),
        DroppedEventsCount = Count(),
        DroppedLinksCount = Count(),
        Attributes = Attributes(8),
        Events = Many(3, () => new SpanEvent { TimeUnixNano = Time(), Name = Text(), Attributes = Attributes(3), DroppedAttributesCount = Count() }),
        Links = Many(3, () => new SpanLink
        {
            TraceId = random.Next(5) == 0 ? [] : NextTraceId().ToByteArray(),
            SpanId = random.Next(5) == 0 ? [] : Bytes(8),
            TraceState = Text(), Attributes = Attributes(2), DroppedAttributesCount = Count(), Flags = Count(),
        }),
        Resource = resource,
        Scope = scope,
    };

    public AttributeValue Value(int depth = 0) => random.Next(depth < 3 ? 8 : 6) switch
    {
        0 => AttributeValue.Of(Text()),
        1 => AttributeValue.Of(random.Next(2) == 0),
        2 => AttributeValue.Of(Pick(Numbers)),
        3 => AttributeValue.Of(Pick(Doubles)),
        4 => AttributeValue.Of(Bytes(random.Next(20))),
        5 => AttributeValue.Empty,
        6 => AttributeValue.Of(Many(3, () => Value(depth + 1))),
        _ => AttributeValue.Of(Many(3, () => new KeyValuePair<string, AttributeValue>(Pick(Keys), Value(depth + 1)))),
    };

    private TraceId NextTraceId() => random.Next(4) switch
    {
        0 => new TraceId(0, (ulong)random.NextInt64()),
        1 => new TraceId((ulong)random.NextInt64(), 0),
        _ => new TraceId((ulong)random.NextInt64(), (ulong)random.NextInt64()),
    };

    private List<KeyValuePair<string, AttributeValue>> Attributes(int max) => Many(max, () => new KeyValuePair<string, AttributeValue>(Pick(Keys), Value()));

    private List<T> Many<T>(int max, Func<T> make)
    {
        var list = new List<T>();
        for (var n = random.Next(max + 1); n > 0; n--) list.Add(make());
        return list;
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Text() => random.Next(10) == 0 ? "t" + random.Next(1000) : Pick(Texts);

    private string SchemaUrl() => random.Next(2) == 0 ? "" : "https://opentelemetry.io/schemas/1." + random.Next(30) + ".0";

    private ulong Time() => random.Next(3) == 0 ? Pick(Times) : 1_700_000_000_000_000_000 + (ulong)random.Next(1_000_000_000);

    private uint Count() => random.Next(4) switch { 0 => 1, 1 => uint.MaxValue, _ => 0 };

    private T Pick<T>(T[] values) => values[random.Next(values.Length)];
}
