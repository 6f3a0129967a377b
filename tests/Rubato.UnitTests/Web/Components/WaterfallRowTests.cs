using System.Text.RegularExpressions;
using Bunit;
using Rubato.UnitTests.Web.Traces;
using Rubato.Web.Components.Trace;
using Rubato.Web.Formatting;
using Rubato.Web.Traces;
using Xunit;

namespace Rubato.UnitTests.Web.Components;

public sealed partial class WaterfallRowTests : BunitContext
{
    // A browser parses every piece of static markup by itself, a space between two elements too: a tenth of a millisecond each, on dozens of rows.
    [Fact]
    public async Task A_row_without_marks_is_elements_only()
    {
        var row = await RowAsync(place: 1, MadeTrace.Span(1, 0, 0, 100), MadeTrace.Span(2, 1, 10, 20));

        Assert.DoesNotMatch(SpaceBetween(), row.Markup);
        Assert.InRange(row.FindAll("*").Count, 5, 8);
    }

    [Fact]
    public async Task A_row_says_in_words_what_it_shows()
    {
        var row = await RowAsync(place: 1, MadeTrace.Span(1, 0, 0, 100), MadeTrace.Span(2, 1, 5_000, 155_000, name: "<pay>", isError: true), MadeTrace.Span(3, 2, 6_000, 7_000));

        var line = row.Find("[role=row]");
        Assert.Equal("2", line.GetAttribute("aria-level"));
        Assert.Equal("true", line.GetAttribute("aria-expanded"));
        Assert.Equal("shop: <pay>", row.Find(".wr-text").GetAttribute("title"));
        Assert.Equal(["Error", "Outside its parent"], row.FindAll(".wr-mark").Select(m => m.GetAttribute("aria-label")));
        Assert.Equal("client", row.Find(".wr-kind").TextContent);
        Assert.Equal("150µs", row.Find(".wr-duration").TextContent);
        Assert.Contains("error", row.Find(".wr-bar").ClassName, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_click_anywhere_selects_and_one_on_the_fold_only_folds()
    {
        var (selected, folded) = (new List<int>(), new List<int>());
        var row = await RowAsync(place: 0, selected, folded, MadeTrace.Span(1, 0, 0, 100), MadeTrace.Span(2, 1, 10, 20));

        row.Find(".wr-fold").Click();
        Assert.Empty(selected);
        Assert.Equal([0], folded);
        row.Find(".wr-text").Click();
        row.Find(".wr-time").Click();

        Assert.Equal(2, selected.Count);
        Assert.Single(folded);
    }

    private Task<IRenderedComponent<WaterfallRow>> RowAsync(int place, params Rubato.Model.Spans.Span[] spans) => RowAsync(place, [], [], spans);

    private async Task<IRenderedComponent<WaterfallRow>> RowAsync(int place, List<int> selected, List<int> folded, params Rubato.Model.Spans.Span[] spans)
    {
        var trace = await MadeTrace.ViewAsync(spans);
        return Render<WaterfallRow>(row => row
            .Add(r => r.Trace, trace)
            .Add(r => r.Rows, new VisibleRows(trace.Tree))
            .Add(r => r.Place, place)
            .Add(r => r.Color, new ServiceColors(trace.Services).Variable("shop"))
            .Add(r => r.Select, selected.Add)
            .Add(r => r.Toggle, folded.Add));
    }

    [GeneratedRegex(@">\s+<")]
    private static partial Regex SpaceBetween();
}
