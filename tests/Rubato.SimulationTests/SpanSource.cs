using Rubato.Model.Spans;
using Rubato.Model.Tenants;

namespace Rubato.SimulationTests;

/// <summary>Makes the requests: new traces, late spans for old ones, spans sent again, bad spans, one trace id of two tenants.</summary>
internal sealed class SpanSource(Random random, TimeProvider time)
{
    private readonly List<TraceId> _traces = [];
    private readonly Dictionary<TenantId, List<SentSpan>> _sent = [];
    private long _next = 1;

    /// <returns>The spans that must be kept, and those that must be refused.</returns>
    public (List<SentSpan> Good, List<Span> Bad) Request(TenantId tenant)
    {
        if (!_sent.TryGetValue(tenant, out var sent)) _sent[tenant] = sent = [];
        List<SentSpan> good = [];
        List<Span> bad = [];
        var numbers = new HashSet<long>();
        for (var left = random.Next(1, random.Next(10) == 0 ? 60 : 10); left > 0; left--)
        {
            var kind = random.Next(20);
            if (kind == 0)
            {
                bad.Add(Make(random.Next(2) == 0 ? default : NewTrace(), badSpanId: true, out _));
                continue;
            }

            var span = kind < 3 && sent.Count > 0 ? sent[^random.Next(1, Math.Min(sent.Count, 200) + 1)] : Next(tenant);
            if (!numbers.Add(span.Number)) continue;
            good.Add(span);
        }

        sent.AddRange(good.Where(span => numbers.Contains(span.Number)).Except(sent.TakeLast(200)));
        return (good, bad);
    }

    private SentSpan Next(TenantId tenant)
    {
        // Mostly a trace of the last few; sometimes any, which may be long in a block, or of another tenant.
        var trace = _traces.Count == 0 || random.Next(4) == 0 ? NewTrace()
            : random.Next(4) == 0 ? _traces[random.Next(_traces.Count)]
            : _traces[^random.Next(1, Math.Min(_traces.Count, 6) + 1)];
        var span = Make(trace, badSpanId: false, out var number);
        return new SentSpan(number, tenant, span);
    }

    private TraceId NewTrace()
    {
        var trace = new TraceId(random.Next(6) == 0 ? 0 : (ulong)random.NextInt64(), (ulong)random.NextInt64(1, long.MaxValue));
        _traces.Add(trace);
        return trace;
    }

    private Span Make(TraceId trace, bool badSpanId, out long number)
    {
        number = _next++;
        var now = (ulong)(time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
        // Most spans end now; some are late by up to two hours, and a few clocks are ahead.
        var back = random.Next(12) switch { 0 => random.Next(7200), 1 => -random.Next(60), _ => random.Next(5) } * 1_000_000_000L;
        var end = (ulong)((long)now - back) + (ulong)random.Next(100);
        return new Span
        {
            TraceId = trace,
            SpanId = badSpanId ? default : new SpanId(((ulong)number << 8) | (uint)random.Next(256)),
            ParentSpanId = random.Next(3) == 0 ? default : new SpanId((ulong)random.NextInt64(1, 1000)),
            Name = "operation-" + (number % 13),
            Kind = (SpanKind)(number % 6),
            StatusCode = number % 11 == 0 ? StatusCode.Error : StatusCode.Unset,
            StartUnixNano = end - (ulong)random.NextInt64(1, 2_000_000_000),
            EndUnixNano = end,
            Attributes =
            [
                new(SentSpan.NumberKey, AttributeValue.Of(number)), new(SentSpan.TextKey, AttributeValue.Of(SentSpan.TextOf(number))),
                new("rare." + (number % 40), AttributeValue.Of(number % 3 == 0)),
            ],
            Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of("service-" + (number % 3)))] },
            Scope = InstrumentationScope.Empty,
        };
    }
}
