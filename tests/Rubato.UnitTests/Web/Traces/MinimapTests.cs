using Rubato.Web.Traces;
using Xunit;
using static Rubato.UnitTests.Web.Traces.MadeTrace;

namespace Rubato.UnitTests.Web.Traces;

public sealed class MinimapTests
{
    [Fact]
    public async Task Of_ATrace_DrawsEachSpanInItsBand()
    {
        var trace = await ViewAsync(Span(1, 0, 0, 400, service: "a"), Span(2, 1, 100, 200, service: "b"));

        var paths = Minimap.Of(trace, code => code);

        Assert.Equal([(1, "M0 0.5h400"), (2, "M100 1.5h101")], paths);
    }

    [Fact]
    public async Task Of_ManySpans_DrawsNoMoreThanItHasCells()
    {
        var trace = await ViewAsync([.. Enumerable.Range(1, 5_000).Select(i => Span((ulong)i, i == 1 ? 0ul : 1ul, (ulong)(i * 7 % 1000), (ulong)(i * 7 % 1000) + 3, service: $"s{i % 9}"))]);

        var paths = Minimap.Of(trace, code => code % 16);

        Assert.Equal(Minimap.MostBands, Minimap.Bands(trace));
        Assert.InRange(paths.Sum(p => p.Path.Count(c => c == 'M')), 1, Minimap.MostBands * Minimap.Columns);
    }

    [Fact]
    public async Task Of_NoSpan_IsEmpty() => Assert.Empty(Minimap.Of(await ViewAsync(), code => code));
}
