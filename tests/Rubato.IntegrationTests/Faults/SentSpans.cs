using System.Globalization;
using Google.Protobuf;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Faults;

/// <summary>
/// Spans that a test sends one request after the other, and what became of each: acknowledged, refused, or unknown because
/// the server died before it could answer. Every request has a trace of its own and a span for each of some long traces.
/// </summary>
internal sealed class SentSpans
{
    private const int LongTraces = 5;
    private const int SpansPerRequest = 20;

    private readonly string[] _long = [.. Enumerable.Range(0, LongTraces).Select(_ => Make.TraceId())];
    private readonly Dictionary<string, HashSet<string>> _acknowledged = [];
    private readonly Dictionary<string, HashSet<string>> _unknown = [];
    private ulong _spans;

    public int Acknowledged => _acknowledged.Values.Sum(s => s.Count);

    public async Task SendAsync(RubatoProcess server, int requests)
    {
        for (var i = 0; i < requests; i++)
        {
            var spans = Next();
            await server.Otlp.SendAsync(spans);
            Note(_acknowledged, spans);
        }
    }

    /// <summary>Sends for at most a minute; ends when a request gets no answer.</summary>
    public async Task SendUntilTheServerDiesAsync(RubatoProcess server)
    {
        var limit = DateTime.UtcNow.AddSeconds(60);
        while (DateTime.UtcNow < limit)
        {
            var spans = Next();
            try
            {
                await server.Otlp.SendAsync(spans);
            }
            catch (HttpRequestException)
            {
                Note(_unknown, spans);
                return;
            }

            Note(_acknowledged, spans);
        }

        Assert.Fail("the server did not die within a minute");
    }

    /// <summary>Sends a request and says whether it was acknowledged; what was refused must not be there later.</summary>
    public async Task<OtlpAnswer> TryAsync(RubatoProcess server, int padding = 0)
    {
        var spans = Next();
        if (padding > 0) Padded(spans[0], padding);
        var answer = await server.Otlp.PostAsync(Make.Request(spans).ToByteArray());
        if (answer.Status == System.Net.HttpStatusCode.OK) Note(_acknowledged, spans);
        return answer;
    }

    /// <summary>Adds bytes that no compression makes small.</summary>
    public static Span Padded(Span span, int padding)
    {
        var bytes = new byte[padding];
        new Random(span.TraceId.GetHashCode()).NextBytes(bytes);
        span.Attributes.Add(Make.Attribute("padding", new AnyValue { BytesValue = ByteString.CopyFrom(bytes) }));
        return span;
    }

    public async Task AssertFoundOnceAsync(RubatoProcess server, string when)
    {
        foreach (var (trace, expected) in _acknowledged)
        {
            var found = (await server.Api.TraceAsync(trace)).Select(s => s.SpanId).ToList();
            var missing = expected.Except(found).ToList();
            var twice = found.GroupBy(id => id).Where(g => g.Count() > 1).Select(g => g.Key).ToList();
            var invented = found.Except(expected).Except(_unknown.GetValueOrDefault(trace) ?? []).ToList();
            Assert.True(
                missing.Count + twice.Count + invented.Count == 0,
                $"{when}: trace {trace} of {expected.Count} spans: {missing.Count} missing [{string.Join(' ', missing.Take(5))}], {twice.Count} twice [{string.Join(' ', twice.Take(5))}], {invented.Count} never sent");
        }

        var (traces, spans) = await server.Api.CountAsync();
        var unknown = _unknown.Values.Sum(s => s.Count);
        Assert.True(spans == Acknowledged || spans == Acknowledged + unknown, $"{when}: search matches {spans} spans; acknowledged are {Acknowledged}, and {unknown} got no answer");
        Assert.InRange(traces, _acknowledged.Count, _acknowledged.Count + _unknown.Count);
    }

    private Span[] Next()
    {
        var own = Make.TraceId();
        var spans = new List<Span>();
        for (var i = 0; i < SpansPerRequest; i++)
        {
            spans.Add(Make.Span(
                i < LongTraces ? _long[i] : own, ++_spans, "step " + i, attributes: Make.Attribute("request", (_spans / SpansPerRequest).ToString(CultureInfo.InvariantCulture))));
        }

        return [.. spans];
    }

    private static void Note(Dictionary<string, HashSet<string>> where, IEnumerable<Span> spans)
    {
        foreach (var span in spans)
        {
            var trace = Convert.ToHexStringLower(span.TraceId.Span);
            if (!where.TryGetValue(trace, out var ids)) where[trace] = ids = [];
            Assert.True(ids.Add(Convert.ToHexStringLower(span.SpanId.Span)));
        }
    }
}
