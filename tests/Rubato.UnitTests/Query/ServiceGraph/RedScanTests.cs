using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Query.ServiceGraph;
using Rubato.TraceQL.Execution;
using Rubato.UnitTests.TraceQL.Execution;
using Xunit;

namespace Rubato.UnitTests.Query.ServiceGraph;

/// <summary>The scan over columns against a plain computation over objects, wherever the spans lie and however often they came.</summary>
public sealed class RedScanTests
{
    private const ulong Start = 1_700_000_000_000_000_000;
    private const ulong Second = 1_000_000_000;
    private static readonly TimeRange Minute = new(Start, Start + (60 * Second));

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 2, true)]
    [InlineData(3, 5, true)]
    [InlineData(4, 3, false)]
    public async Task Equals_the_plain_sums_over_any_segments_and_counts_a_repeated_span_once(int seed, int segments, bool byOperation)
    {
        var random = new Random(seed);
        var spans = Enumerable.Range(0, 400).Select(_ => Call(random)).ToList();
        var parts = Enumerable.Range(0, segments).Select(_ => new List<Span>()).ToArray();
        foreach (var span in spans)
        {
            parts[random.Next(segments)].Add(span);
            // A sender's retry: into the same segment or another one.
            if (random.Next(4) == 0) parts[random.Next(segments)].Add(span);
        }

        var snapshot = SpanSegments.Snapshot([.. parts.Select(p => (IEnumerable<Span>)p)]);
        foreach (var service in new[] { null, "s1" })
        {
            var question = new RedQuestion(Minute, 10 * Second, byOperation, service);
            var expected = Plain(spans, question);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await ScanAsync(snapshot, question));
        }
    }

    [Fact]
    public async Task Of_a_segment_that_is_there_twice_each_span_counts_once()
    {
        var random = new Random(5);
        var spans = Enumerable.Range(0, 100).Select(_ => Call(random)).ToList();
        var question = new RedQuestion(Minute, 0, ByOperation: false, null);
        Assert.Equal(Plain(spans, question), await ScanAsync(SpanSegments.Snapshot(spans, spans, spans), question));
    }

    [Fact]
    public async Task Groups_beyond_the_most_are_counted_together()
    {
        var random = new Random(6);
        var question = new RedQuestion(Minute, 10 * Second, ByOperation: true, null);
        var spans = Enumerable.Range(0, question.MostGroups + 200).Select(i => Call(random, "s", "operation " + i, Start)).ToList();
        var half = spans.Count / 2;
        var scan = new RedScan(question);

        var groups = await scan.RunAsync(Spans(SpanSegments.Snapshot(spans[..half], spans[half..]), question));

        Assert.Equal(question.MostGroups + 1, groups.Count);
        Assert.Equal(spans.Count, groups.Values.Sum(g => g.Total.Calls));
        Assert.Equal(200, Assert.Single(groups, g => scan.Name(g.Key.Name) == "(other)").Value.Total.Calls);
    }

    private static async Task<List<string>> ScanAsync(SpanSnapshot snapshot, RedQuestion question)
    {
        var scan = new RedScan(question);
        var groups = await scan.RunAsync(Spans(snapshot, question));
        return Lines(groups.Select(g => (
            scan.Name(g.Key.Service) + " " + scan.Name(g.Key.Name), g.Value.Total.Calls, g.Value.Total.Failed, g.Value.Total.SumNano, g.Value.Total.Quantile(0.9), g.Value.Intervals.Select(i => i?.Calls ?? 0))));
    }

    private static SnapshotScan Spans(SpanSnapshot snapshot, RedQuestion question) => new(snapshot, question.Range, 2, new ScanContext(TestContext.Current.CancellationToken));

    private static List<string> Plain(IEnumerable<Span> spans, RedQuestion question)
    {
        var counted = spans.Where(s => s.Kind is SpanKind.Server or SpanKind.Consumer || s.ParentSpanId.IsZero)
            .Where(s => s.StartUnixNano >= question.Range.StartUnixNano && s.StartUnixNano <= question.Range.EndUnixNano)
            .Where(s => question.Service is null || Service(s) == question.Service);
        return Lines(counted.GroupBy(s => Service(s) + " " + (question.ByOperation ? s.Name : "")).Select(g =>
        {
            // The quantile's rule is the sketch's own: what is compared is which spans went into it.
            var sketch = new DurationSketch();
            var intervals = new long[question.Intervals];
            foreach (var span in g)
            {
                sketch.Add((long)(span.EndUnixNano - span.StartUnixNano), failed: false);
                if (intervals.Length > 0) intervals[question.IntervalOf(span.StartUnixNano)]++;
            }

            return (g.Key, g.LongCount(), g.LongCount(s => s.StatusCode == StatusCode.Error), g.Sum(s => (double)(s.EndUnixNano - s.StartUnixNano)), sketch.Quantile(0.9), intervals.AsEnumerable());
        }));
    }

    private static List<string> Lines(IEnumerable<(string Group, long Calls, long Failed, double SumNano, double P90, IEnumerable<long> Intervals)> groups) =>
        [.. groups.Select(g => $"{g.Group}: {g.Calls} {g.Failed} {g.SumNano} {g.P90} {string.Join(',', g.Intervals)}").Order(StringComparer.Ordinal)];

    private static Span Call(Random random) =>
        // Some before and some after the minute.
        Call(random, "s" + random.Next(3), "o" + random.Next(3), Start - (5 * Second) + ((ulong)random.Next(70) * Second));

    private static Span Call(Random random, string service, string name, ulong start) => new()
    {
        TraceId = new TraceId(1, (ulong)random.Next(1, 50)),
        SpanId = new SpanId((ulong)random.NextInt64(1, long.MaxValue)),
        ParentSpanId = new SpanId(name.StartsWith("operation", StringComparison.Ordinal) ? 0 : (ulong)random.Next(2)),
        Name = name,
        Kind = (SpanKind)random.Next(1, 6),
        StatusCode = random.Next(5) == 0 ? StatusCode.Error : StatusCode.Unset,
        StartUnixNano = start,
        EndUnixNano = start + (ulong)random.Next(1, 1_000_000),
        Scope = new InstrumentationScope(),
        Resource = new Resource { Attributes = [new("service.name", AttributeValue.Of(service))] },
        Attributes = [],
    };

    private static string Service(Span span) => span.Resource.Attributes[0].Value.AsString;
}
