using Microsoft.AspNetCore.WebUtilities;
using Rubato.Client;
using Rubato.TraceQL.Semantics;
using Rubato.Web.Explore;
using Rubato.Web.Times;
using Xunit;

namespace Rubato.UnitTests.Web.Explore;

public sealed class ExploreTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    private static ExploreState Usual => ExploreState.Parse(null, null, null, null, null, null, null, null, Now);

    [Fact]
    public void ToAddress_OfAnyState_ReadsBackTheSame()
    {
        var state = new ExploreState(ExploreSignal.Duration, ExploreSpans.Server, ExploreTab.Comparison, "span.a b", ["name = \"a&b\"", "span.x != nil"], ".99", TimeRange.Last(TimeSpan.FromHours(6)));

        var q = QueryHelpers.ParseQuery(state.ToAddress()["explore".Length..]);

        Assert.Equal(state, ExploreState.Parse(q["signal"], q["spans"], q["tab"], q["by"], q["f"]!, q["p"], q["from"], q["to"], Now));
    }

    [Fact]
    public void ToAddress_OfTheUsual_HasNoParameters() => Assert.Equal("explore", Usual.ToAddress());

    [Fact]
    public void Parse_OfNonsense_GivesTheUsual() => Assert.Equal(Usual, ExploreState.Parse("x", "9", "<b>", " ", ["", new string('x', 5000)], "7", "a", "b", Now));

    [Fact]
    public void Queries_OfEveryState_Compile()
    {
        foreach (var signal in Enum.GetValues<ExploreSignal>())
        {
            foreach (var spans in Enum.GetValues<ExploreSpans>())
            {
                var state = Usual with { Signal = signal, Spans = spans, Filters = ["name = \"a\" || name = \"b\"", "span.http.route != nil"] };
                foreach (var query in new[] { ExploreQueries.Total(state), ExploreQueries.Breakdown(state), ExploreQueries.Slow(state), ExploreQueries.Comparison(state, TimeSpan.FromMilliseconds(250)) })
                    Assert.True(TraceQLCompiler.TryCompile(query, QueryUse.Metrics, out _, out var error), $"{query}: {error}");
                Assert.True(TraceQLCompiler.TryCompile(ExploreQueries.Spans(state), QueryUse.Search, out _, out _));
            }
        }
    }

    [Fact]
    public void Breakdown_IsLargestFirstWithConditionsForEachValue()
    {
        var rows = BreakdownRow.Of(
            new MetricsResult([Series([1, 3], ("span.a", AttributeValue.Of("x\"y"))), Series([4, 4], ("span.a", AttributeValue.Of("nil"))), Series([0, 0], ("span.a", AttributeValue.Of(5)))], null), "span.a", isDuration: false);

        Assert.Equal([("(none)", "span.a = nil", "span.a != nil", 4), ("x\"y", "span.a = `x\"y`", "span.a != `x\"y`", 2)], rows.Select(r => (r.Label, r.Include, r.Exclude, r.Summary)));
    }

    [Theory]
    [InlineData("status", "error", "status = error")]
    [InlineData("kind", "server", "kind = server")]
    [InlineData("name", "GET /", "name = \"GET /\"")]
    public void Conditions_OfIntrinsics_AreTyped(string field, string value, string include) => Assert.Equal(include, BreakdownRow.Conditions(field, AttributeValue.Of(value)).Include);

    [Fact]
    public void Comparison_RanksByDifferenceOfShares()
    {
        var rows = ComparisonRow.Of(new MetricsResult(
        [
            Series([8], ("__meta_type", AttributeValue.Of("selection")), ("span.a", AttributeValue.Of("x"))), Series([10], ("__meta_type", AttributeValue.Of("baseline")), ("span.a", AttributeValue.Of("x"))),
            Series([2], ("__meta_type", AttributeValue.Of("selection")), ("span.a", AttributeValue.Of("y"))), Series([90], ("__meta_type", AttributeValue.Of("baseline")), ("span.a", AttributeValue.Of("y"))),
            Series([5], ("__meta_type", AttributeValue.Of("selection")), ("name", AttributeValue.Of("same"))), Series([50], ("__meta_type", AttributeValue.Of("baseline")), ("name", AttributeValue.Of("same"))),
            Series([10], ("__meta_type", AttributeValue.Of("selection_total")), ("span.a", AttributeValue.Of("nil"))), Series([100], ("__meta_type", AttributeValue.Of("baseline_total")), ("span.a", AttributeValue.Of("nil"))),
            Series([20], ("__meta_type", AttributeValue.Of("selection_total")), ("name", AttributeValue.Of("nil"))), Series([200], ("__meta_type", AttributeValue.Of("baseline_total")), ("name", AttributeValue.Of("nil"))),
        ], null));

        Assert.Equal([("span.a", "x", 0.4, 0.05), ("span.a", "y", 0.1, 0.45)], rows.OrderBy(r => r.Label).Select(r => (r.Field, r.Label, r.Selected, r.Rest)));
    }

    [Theory]
    [InlineData(new double[0], "")]
    [InlineData(new[] { 0.0, 2, 1 }, "M0 98L50 2L100 50")]
    [InlineData(new[] { 1.0, double.NaN, 2 }, "M0 50M100 2")]
    public void SparkPath_LeavesGaps(double[] values, string path) => Assert.Equal(path, SparkPath.Of(values, 2));

    private static MetricsSeries Series(double[] values, params (string Key, AttributeValue Value)[] labels) => new(
        labels.ToDictionary(l => l.Key, l => l.Value), [.. values.Select((v, i) => new MetricsSample(Now.AddSeconds(i), v))], []);
}
