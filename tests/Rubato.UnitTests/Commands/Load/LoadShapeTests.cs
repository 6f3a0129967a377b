using Rubato.Commands.Load;
using Xunit;

namespace Rubato.UnitTests.Commands.Load;

/// <summary>Holds the generator to spec/load-shape.md over one whole round of its 64 templates (32,000 spans).</summary>
public sealed class LoadShapeTests
{
    private const long Start = 1_700_000_000_000_000_000;
    private static readonly LoadShape Shape = new(seed: 7, Start, spansPerSecond: 20_000);
    private static readonly Lazy<List<DecodedSpan>> Round = new(() => [.. Enumerable.Range(0, LoadShape.TemplateCount).SelectMany(Decode)]);

    private static List<DecodedSpan> Spans => Round.Value;

    [Fact]
    public void Write_SameSeed_SameBytes()
    {
        var other = new LoadShape(seed: 7, Start, spansPerSecond: 20_000);
        foreach (long number in new long[] { 0, 63, 64, 1_000_003 })
        {
            Assert.Equal(Bytes(Shape, number), Bytes(other, number));
        }
    }

    [Fact]
    public void Write_OtherSeedOrRound_OtherIds()
    {
        var other = new LoadShape(seed: 8, Start, spansPerSecond: 20_000);
        HashSet<string> ids = [.. Decode(0).Select(s => s.TraceId)];
        Assert.DoesNotContain(DecodedSpan.Request(Bytes(other, 0)), s => ids.Contains(s.TraceId));
        Assert.DoesNotContain(Decode(64), s => ids.Contains(s.TraceId));
    }

    [Fact]
    public void Write_SecondRound_ChangesEveryHighCardinalityValueOfTheTemplate()
    {
        List<DecodedSpan> first = Decode(5);
        List<DecodedSpan> second = Decode(5 + LoadShape.TemplateCount);
        Assert.Equal(first.Select(s => s.Name), second.Select(s => s.Name));
        foreach (string key in new[] { "http.url", "http.request_id", "db.statement", "messaging.message_id", "app.user.id" })
        {
            (string, string)[] pairs = [.. first.Zip(second)
                .Where(p => p.First.Attributes.ContainsKey(key))
                .Select(p => ((string)p.First.Attributes[key], (string)p.Second.Attributes[key]))];
            Assert.NotEmpty(pairs);
            Assert.InRange(pairs.Count(p => p.Item1 == p.Item2), 0, 1);
            Assert.All(pairs, p => Assert.Equal(p.Item1.Length, p.Item2.Length));
            Assert.DoesNotContain(pairs, p => p.Item1.Contains('#') || p.Item1.Contains('@'));
        }
    }

    [Fact]
    public void Requests_HaveTheSizesOfTheShape()
    {
        double bytes = Enumerable.Range(0, LoadShape.TemplateCount).Sum(n => Bytes(Shape, n).Length);
        LoadRequest end = Shape.Request(LoadShape.TemplateCount);
        Assert.Equal(end.FirstSpan, Spans.Count);
        Assert.InRange(end.FirstSpan / (double)LoadShape.TemplateCount, 490, 515);
        Assert.InRange(bytes / end.FirstSpan, 330, 355);
        Assert.InRange(end.FirstSpan / (double)end.FirstTrace, 11, 12);
    }

    [Fact]
    public void Traces_HaveTheSizesOfTheShape()
    {
        int[] sizes = [.. Spans.CountBy(s => s.TraceId).Select(t => t.Value)];
        Assert.InRange(sizes.Count(n => n < 5) / (double)sizes.Length, 0.31, 0.39);
        Assert.InRange(sizes.Count(n => n is >= 5 and < 20) / (double)sizes.Length, 0.51, 0.59);
        Assert.InRange(sizes.Max(), 50, 59);
    }

    [Fact]
    public void Traces_HaveOneRootAndChildrenShortlyAfterTheirParents()
    {
        foreach (IGrouping<string, DecodedSpan> trace in Spans.GroupBy(s => s.TraceId))
        {
            Dictionary<string, DecodedSpan> byId = trace.ToDictionary(s => s.SpanId);
            DecodedSpan root = Assert.Single(trace, s => s.ParentSpanId == "");
            Assert.Contains(root.Service, new[] { "api-gateway", "frontend", "mobile-bff" });
            Assert.InRange(root.End - root.Start, 20_000_000, 3_000_000_000);
            foreach (DecodedSpan child in trace.Where(s => s != root))
            {
                Assert.InRange(child.Start - byId[child.ParentSpanId].Start, 10_000, 2_000_000);
                Assert.InRange(child.End - child.Start, 100_000, 40_000_000);
            }
        }
    }

    [Fact]
    public void Kinds_HaveTheSharesOfTheShape()
    {
        DecodedSpan[] children = [.. Spans.Where(s => s.ParentSpanId != "")];
        double Share(Func<DecodedSpan, bool> which) => children.Count(which) / (double)children.Length;
        Assert.InRange(Share(s => s.Kind == 3 && s.Attributes.ContainsKey("db.system")), 0.16, 0.19);
        Assert.InRange(Share(s => s.Kind == 3 && s.Attributes.ContainsKey("peer.service")), 0.16, 0.19);
        Assert.InRange(Share(s => s.Kind == 2), 0.23, 0.27);
        Assert.InRange(Share(s => s.Kind == 4), 0.04, 0.06);
        Assert.InRange(Share(s => s.Kind == 5), 0.04, 0.06);
        Assert.InRange(Share(s => s.Kind == 1), 0.28, 0.32);
        Assert.InRange(Spans.Count(s => s.ErrorMessage is not null) / (double)Spans.Count, 0.025, 0.035);
    }

    [Fact]
    public void Errors_HaveAMessageAndOneExceptionEventWithinTheSpan()
    {
        Assert.All(Spans.Where(s => s.ErrorMessage is not null), s =>
        {
            (long time, string name, Dictionary<string, object> attributes) = Assert.Single(s.Events);
            Assert.Equal("exception", name);
            Assert.InRange(time, s.Start, s.End);
            Assert.Equal(["exception.message", "exception.type"], attributes.Keys.Order());
            Assert.NotEqual("", s.ErrorMessage);
        });
        Assert.All(Spans.Where(s => s.ErrorMessage is null), s => Assert.Empty(s.Events));
    }

    [Fact]
    public void Attributes_HaveTheNamesAndCardinalitiesOfTheShape()
    {
        Assert.All(Spans, s => Assert.Equal(15, s.Resource.Count));
        Assert.All(Spans, s => Assert.IsType<long>(s.Resource["process.pid"]));
        Assert.Equal(30, Distinct(s => s.Service));
        Assert.InRange(Distinct(s => s.Resource["k8s.pod.name"]), 220, 240);
        Assert.InRange(Distinct(s => s.Scope), 8, 8);
        Assert.Equal(15, Values("http.route").Count);
        Assert.Equal(12, Values("http.user_agent").Count);
        Assert.Equal(7, Values("db.table").Count);
        Assert.Equal(60, Values("code.function").Count);
        Assert.Equal(50, Values("app.tenant").Count);
        Assert.InRange(Values("net.peer.ip").Count, 3_000, 4_000);

        DecodedSpan[] rare = [.. Spans.Where(s => s.Attributes.Keys.Any(k => k.StartsWith("app.rare.")))];
        Assert.InRange(rare.Length / (double)Spans.Count, 0.09, 0.11);
        Assert.Equal(60, rare.SelectMany(s => s.Attributes.Keys).Where(k => k.StartsWith("app.rare.")).Distinct().Count());
        Assert.Contains("v3", Values("app.rare.7"));

        Assert.All(Spans, s => Assert.Matches("^user-[0-9]{6}$", (string)s.Attributes["app.user.id"]));
        Assert.All(Values("http.request_id"), id => Assert.Matches("^[0-9a-f]{32}$", (string)id));
        Assert.All(Values("http.url"), url => Assert.Matches("/[0-9]{8}$", (string)url));
        Assert.InRange(Values("http.request_id").Count / (double)Spans.Count(s => s.Attributes.ContainsKey("http.request_id")), 0.9999, 1);
        Assert.InRange(Spans.Average(s => s.Resource.Count + s.Attributes.Count), 21, 24);

        int Distinct(Func<DecodedSpan, object> value) => Spans.Select(value).Distinct().Count();
        HashSet<object> Values(string key) => [.. Spans.Where(s => s.Attributes.ContainsKey(key)).Select(s => s.Attributes[key])];
    }

    [Theory]
    [InlineData(0)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(12_345)]
    public void Trace_ComputedAgain_IsWhatTheRequestCarries(long number)
    {
        LoadRequest request = Shape.Request(number);
        Dictionary<string, DecodedSpan> sent = Decode(number).ToDictionary(s => s.TraceId + s.SpanId);
        Assert.Equal(request.SpanCount, sent.Count);
        int found = 0;
        for (long n = request.FirstTrace; n <= request.LastTrace; n++)
        {
            LoadTrace trace = Shape.Trace(n);
            foreach (LoadSpan span in trace.Spans)
            {
                DecodedSpan twin = sent[trace.TraceId + span.SpanId];
                Assert.Equal(span, new LoadSpan(
                    twin.SpanId, twin.ParentSpanId, twin.Service, twin.Name, twin.Kind, twin.ErrorMessage is not null, twin.Start, twin.End));
                found++;
            }
        }

        Assert.Equal(request.SpanCount, found);
    }

    [Fact]
    public void Request_Numbers_FollowEachOtherWithoutGaps()
    {
        for (long n = 0; n < 200; n++)
        {
            (LoadRequest now, LoadRequest next) = (Shape.Request(n), Shape.Request(n + 1));
            Assert.Equal(now.LastTrace + 1, next.FirstTrace);
            Assert.Equal(now.FirstSpan + now.SpanCount, next.FirstSpan);
            Assert.Equal(n + 1, Shape.RequestsFor(now.FirstSpan + 1));
            Assert.Equal(n + 1, Shape.RequestsFor(now.FirstSpan + now.SpanCount));
        }
    }

    [Fact]
    public void Traces_StartAtTheRateOfTheShape()
    {
        LoadRequest request = Shape.Request(1_000);
        long expected = Start + (request.FirstSpan * 50_000);
        Assert.Equal(expected, Shape.Trace(request.FirstTrace).Spans[0].StartUnixNano);
    }

    private static List<DecodedSpan> Decode(int number) => Decode((long)number);

    private static List<DecodedSpan> Decode(long number) => DecodedSpan.Request(Bytes(Shape, number));

    private static byte[] Bytes(LoadShape shape, long number)
    {
        var buffer = new byte[shape.MaxRequestBytes];
        return buffer[..shape.Write(number, buffer)];
    }
}
