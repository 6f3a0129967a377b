using Bunit;
using Microsoft.AspNetCore.Components;
using Rubato.Web.Components.Shared;
using Xunit;

namespace Rubato.UnitTests.Web.Components;

/// <summary>Which rows of a long list are in the browser; what the script asks for is in the browser tests.</summary>
public sealed class RowWindowTests : BunitContext
{
    private const int Height = 20;

    public RowWindowTests() => JSInterop.Mode = JSRuntimeMode.Loose;

    [Fact]
    public void The_first_rows_come_with_the_page_and_the_rest_is_space()
    {
        var list = List(count: 1000);

        Assert.Equal(Enumerable.Range(0, 26), Rows(list));
        Assert.Equal((0, 974 * Height), Spaces(list));
    }

    [Fact]
    public void A_row_that_must_be_there_is_there_at_first()
    {
        var list = List(count: 1000, start: 700);

        Assert.Contains(700, Rows(list));
        Assert.Equal(26, Rows(list).Count);
        Assert.Equal((687 * Height, (1000 - 713) * Height), Spaces(list));
    }

    [Theory]
    [InlineData(500, 10, 490, 520)]
    [InlineData(0, 10, 0, 30)]
    [InlineData(995, 10, 985, 1000)]
    [InlineData(-5, 10, 0, 30)]
    [InlineData(int.MaxValue, 10, 990, 1000)]
    [InlineData(0, int.MaxValue, 0, 1000)]
    [InlineData(500, 0, 499, 502)]
    public async Task What_is_in_sight_comes_with_a_screen_before_and_after_it(int top, int count, int first, int end)
    {
        var list = List(count: 1000);

        await list.InvokeAsync(() => list.Instance.Show(top, count));

        Assert.Equal(Enumerable.Range(first, end - first), Rows(list));
        Assert.Equal((first * Height, (1000 - end) * Height), Spaces(list));
    }

    [Fact]
    public async Task Fewer_rows_than_before_are_shown_from_where_there_are_some()
    {
        var list = List(count: 1000);
        await list.InvokeAsync(() => list.Instance.Show(900, 10));

        list.Render(p => p.Add(l => l.Items, Enumerable.Range(0, 3).ToList()));

        Assert.NotEmpty(Rows(list));
        Assert.All(Rows(list), row => Assert.InRange(row, 0, 2));
    }

    [Fact]
    public void An_empty_list_is_empty()
    {
        var list = List(count: 0);

        Assert.Empty(Rows(list));
        Assert.Equal((0, 0), Spaces(list));
    }

    private IRenderedComponent<RowWindow<int>> List(int count, int start = -1) => Render<RowWindow<int>>(p => p
        .Add(l => l.Items, Enumerable.Range(0, count).ToList())
        .Add(l => l.RowHeight, Height)
        .Add(l => l.Start, start)
        .Add(l => l.ChildContent, (RenderFragment<int>)(item => row => row.AddMarkupContent(0, $"<p>{item}</p>"))));

    private static List<int> Rows(IRenderedComponent<RowWindow<int>> list) => [.. list.FindAll("p").Select(p => int.Parse(p.TextContent, System.Globalization.CultureInfo.InvariantCulture))];

    private static (int Before, int After) Spaces(IRenderedComponent<RowWindow<int>> list)
    {
        var spaces = list.FindAll("[role=presentation]");
        return (HeightOf(spaces[0]), HeightOf(spaces[1]));

        static int HeightOf(AngleSharp.Dom.IElement space) => int.Parse(space.GetAttribute("style")!["height:".Length..].TrimEnd('p', 'x'), System.Globalization.CultureInfo.InvariantCulture);
    }
}
