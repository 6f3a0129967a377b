using CsCheck;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Semantics;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Execution;

/// <summary>What must hold between answers, whatever the right answer is: no second engine is needed to see a breach.</summary>
public sealed class SearchRulesTests
{
    private const ulong Origin = 1_700_000_000_000_000_000;
    private const int All = 1000;

    private static readonly Gen<(Span[] Spans, string A, string B, int Parts, int Seed)> Cases =
        Gen.Select(RandomTraces.Spans, RandomTraces.Expression, RandomTraces.Expression, Gen.Int[1, 4], Gen.Int[0, 1000]);

    [Fact]
    public void Spans_of_a_conjunction_are_spans_of_its_parts_and_of_filters_after_each_other() =>
        Cases.Sample(
            (spans, a, b, parts, seed) =>
            {
                var data = Spread(spans, parts, seed);
                var both = SpansOf(data, $"{{ ({a}) && ({b}) }}");
                Assert.Subset(SpansOf(data, $"{{ {a} }}"), both);
                Assert.Subset(SpansOf(data, $"{{ {b} }}"), both);
                Assert.Equal(both, SpansOf(data, $"{{ {a} }} | {{ {b} }}"));
            },
            iter: 600);

    [Fact]
    public void Spans_of_an_alternative_are_those_of_both_parts() =>
        Cases.Sample(
            (spans, a, b, parts, seed) =>
            {
                var data = Spread(spans, parts, seed);
                var either = SpansOf(data, $"{{ {a} }}");
                either.UnionWith(SpansOf(data, $"{{ {b} }}"));
                Assert.Equal(either, SpansOf(data, $"{{ ({a}) || ({b}) }}"));
            },
            iter: 600);

    [Fact]
    public void A_time_range_has_the_traces_of_its_halves() =>
        Gen.Select(Cases, Gen.ULong[0, 12], Gen.ULong[1, 12]).Sample(
            (tested, from, width) =>
            {
                var data = Spread(tested.Spans, tested.Parts, tested.Seed);
                var (start, middle, end) = (Origin + from, Origin + from + (width / 2), Origin + from + width);
                var query = $"{{ {tested.A} }} | count() > 0";
                var halves = TracesOf(data, query, new TimeRange(start, middle));
                halves.UnionWith(TracesOf(data, query, new TimeRange(middle + 1, end)));
                Assert.Equal(halves, TracesOf(data, query, new TimeRange(start, end)));
            },
            iter: 600);

    [Fact]
    public void Metrics_of_a_range_are_those_of_its_intervals() =>
        Gen.Select(Cases, Gen.ULong[0, 9], Gen.ULong[1, 6]).Sample(
            (tested, from, step) =>
            {
                var data = Spread(tested.Spans, tested.Parts, tested.Seed);
                var query = $"{{ {tested.A} }} | count_over_time()";
                var whole = Values(data, query, new TimeBuckets(Origin + from, step, 3));
                for (var i = 0; i < 3; i++)
                    Assert.Equal([whole[i]], Values(data, query, new TimeBuckets(Origin + from + ((ulong)i * step), step, 1)));
            },
            iter: 600);

    [Fact]
    public void Spans_of_other_traces_that_cannot_match_change_nothing() =>
        Gen.Select(Cases, RandomTraces.Spans).Sample(
            (tested, others) =>
            {
                Span[] unrelated = [.. others.Select(Unrelated)];
                var query = $"{{ ({tested.A}) && resource.other = nil }}";
                var expected = SpansOf(Spread(tested.Spans, tested.Parts, tested.Seed), query);
                Assert.Equal(expected, SpansOf(Spread([.. tested.Spans, .. unrelated], tested.Parts, tested.Seed), query));
            },
            iter: 600);

    [Fact]
    public void The_newest_are_the_first_of_more() =>
        Gen.Select(Cases, RandomTraces.Pipeline, Gen.Int[1, 4]).Sample(
            (tested, text, limit) =>
            {
                if (!TraceQLCompiler.TryCompile(text, QueryUse.Search, out _, out _)) return;
                var data = Spread(tested.Spans, tested.Parts, tested.Seed);
                var more = Search(data, text, 2 * limit, TimeRange.All).Select(t => (t.TraceId, t.StartUnixNano)).ToList();
                Assert.Equal(more.Take(limit), Search(data, text, limit, TimeRange.All).Select(t => (t.TraceId, t.StartUnixNano)));
            },
            iter: 600);

    private static Span Unrelated(Span span) => new()
    {
        TraceId = new TraceId(7, span.TraceId.Low),
        SpanId = span.SpanId,
        ParentSpanId = span.ParentSpanId,
        Kind = span.Kind,
        Name = span.Name,
        StartUnixNano = span.StartUnixNano,
        EndUnixNano = span.EndUnixNano,
        Attributes = span.Attributes,
        Events = span.Events,
        Links = span.Links,
        Scope = span.Scope,
        Resource = new Resource { Attributes = [KeyValuePair.Create("other", AttributeValue.Of(true))] },
    };

    private static SpanSnapshot Spread(Span[] spans, int parts, int seed)
    {
        var random = new Random(seed);
        IEnumerable<Span>[] split = [.. spans.GroupBy(_ => random.Next(parts)).Select(g => (IEnumerable<Span>)[.. g])];
        return SpanSegments.Snapshot(seed % 3 == 0 ? SpanSegments.NothingInterned : null, split);
    }

    private static IReadOnlyList<TraceSearchResult> Search(SpanSnapshot data, string text, int limit, TimeRange range)
    {
        Assert.True(TraceQLCompiler.TryCompile(text, QueryUse.Search, out var query, out var error), $"{text}: {error}");
        var request = new SearchRequest { Query = query, Limit = limit, Range = range, SpansPerSpanset = All };
        return SearchExecutor.SearchAsync(data, request, CancellationToken.None).GetAwaiter().GetResult().Traces;
    }

    private static HashSet<TraceId> TracesOf(SpanSnapshot data, string text, TimeRange range) => [.. Search(data, text, All, range).Select(t => t.TraceId)];

    private static HashSet<(TraceId Trace, SpanId Span)> SpansOf(SpanSnapshot data, string text) =>
        [.. Search(data, text, All, TimeRange.All).SelectMany(t => t.Spansets.SelectMany(s => s.Spans.Select(span => (t.TraceId, span.SpanId))))];

    private static double[] Values(SpanSnapshot data, string text, TimeBuckets buckets)
    {
        Assert.True(TraceQLCompiler.TryCompile(text, QueryUse.Metrics, out var query, out var error), $"{text}: {error}");
        var result = MetricsExecutor.RunAsync(data, new MetricsRequest { Query = query, Buckets = buckets }, CancellationToken.None).GetAwaiter().GetResult();
        return result.Series.Count == 0 ? new double[buckets.Count] : Assert.Single(result.Series).Values;
    }
}
