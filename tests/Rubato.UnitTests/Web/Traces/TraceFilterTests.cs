using Rubato.TraceQL.Syntax;
using Rubato.Web.Traces;
using Xunit;
using static Rubato.UnitTests.Web.Traces.MadeTrace;

namespace Rubato.UnitTests.Web.Traces;

public sealed class TraceFilterTests
{
    [Theory]
    [InlineData("status = error", new[] { 1 })]
    [InlineData("{ span.db.table = \"x\" }", new[] { 0, 1, 2, 3 })]
    [InlineData("duration >= 50ns", new[] { 0, 1 })]
    [InlineData("{ resource.service.name = \"db\" } >> { }", new[] { 2 })]
    [InlineData("{ status = error } | rate()", new[] { 1 })]
    [InlineData("{ name = \"nothing\" }", new int[0])]
    [InlineData("{ } | by(resource.service.name) | count() > 2", new[] { 0, 2, 3 })]
    public async Task SelectAsync_OfAnyQuery_SelectsWhatASearchWould(string text, int[] expected)
    {
        var trace = await ViewAsync(Span(1, 0, 0, 100), Span(2, 1, 10, 60, service: "db", isError: true), Span(3, 2, 20, 30), Span(4, 1, 70, 80));

        var selected = await TraceFilter.SelectAsync(trace, TraceFilter.Completed(text), TestContext.Current.CancellationToken);

        Assert.Equal(expected, Enumerable.Range(0, 4).Where(span => selected[span]));
    }

    [Theory]
    [InlineData("{ nonsense }")]
    [InlineData("{")]
    public async Task SelectAsync_OfWhatSelectsNoSpans_SaysSo(string text)
    {
        Assert.NotNull(TraceFilter.Check(text));
        var trace = await ViewAsync(Span(1, 0, 0, 100));
        await Assert.ThrowsAsync<TraceQLException>(() => TraceFilter.SelectAsync(trace, text, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task SelectAsync_OverNoSpan_SelectsNone() => Assert.Empty(await TraceFilter.SelectAsync(await ViewAsync(), "{ }", TestContext.Current.CancellationToken));
}
