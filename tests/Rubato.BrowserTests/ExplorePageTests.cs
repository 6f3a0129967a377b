using System.Text.RegularExpressions;
using Rubato.BrowserTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class ExplorePageTests(Chromium chromium, ShopServer shop)
{
    [Fact]
    public async Task From_a_signal_over_a_value_to_its_traces()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/explore?spans=all");

        await page.ById("signal-errors").ClickAsync();
        await page.ById("explore-by").FillAsync("name");
        await page.ById("explore-by").PressAsync("Enter");
        var charge = page.ById("breakdown-row").Filter(new() { HasText = "charge" });
        await Expect(charge).ToBeVisibleAsync();
        await charge.GetByTestId("include").ClickAsync();
        await Expect(page.ById("breakdown-row")).ToHaveCountAsync(1);
        await Expect(page.Page).ToHaveURLAsync(new Regex("signal=errors.*f=name"));
        await page.ById("explore-traces").ClickAsync();

        await Expect(page.ById("result-row")).ToHaveCountAsync(10);
    }

    [Fact]
    public async Task A_comparison_says_what_failed_spans_have_in_common()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/explore?signal=errors&spans=all&tab=comparison");

        await Expect(page.ById("comparison-row").Filter(new() { HasText = "exception" }).First).ToBeVisibleAsync();
        await Expect(page.ById("explore-query")).ToContainTextAsync("compare({ status = error }");
    }

    [Fact]
    public async Task The_heat_map_narrows_without_a_pointer()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search?q=%7B%20name%20%3D%20%22reserve%22%20%7D");
        await Expect(page.ById("heatmap")).ToBeVisibleAsync();

        await page.ById("heatmap").GetByText("Narrow without a pointer").ClickAsync();
        await page.ById("heatmap-narrow").ClickAsync();

        await Expect(page.ById("search-query")).ToHaveValueAsync(new Regex("^\\{ name = \"reserve\" && duration > .*ms && duration <= .*ms \\}$"));
        await Expect(page.ById("result-row")).ToHaveCountAsync(20);
    }

    [Fact]
    public async Task A_box_on_the_heat_map_narrows()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search?q=%7B%20name%20%3D%20%22reserve%22%20%7D&from=now-30m&to=now");
        var canvas = page.ById("heatmap").Locator("canvas");
        await Expect(canvas).ToBeVisibleAsync();
        var box = (await canvas.BoundingBoxAsync())!;

        await page.Page.Mouse.MoveAsync(box.X + (box.Width * 0.1f), box.Y + 5);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(box.X + box.Width - 2, box.Y + box.Height - 2);
        await page.Page.Mouse.UpAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("duration%20%3E"));
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_box_of_the_heat_map_is_compared_with_the_rest()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/explore?signal=duration&spans=all&tab=comparison&from=now-30m&to=now");
        var canvas = page.ById("heatmap").Locator("canvas");
        await Expect(canvas).ToBeVisibleAsync();
        await Expect(page.ById("explore-query")).ToContainTextAsync("compare({ duration > ");
        var box = (await canvas.BoundingBoxAsync())!;

        await page.Page.Mouse.MoveAsync(box.X + 2, box.Y + 2);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(box.X + box.Width - 2, box.Y + (box.Height * 0.3f));
        await page.Page.Mouse.UpAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("box=[0-9]+-[0-9]+-[0-9]+-[0-9]+"));
        await Expect(page.ById("compared-box")).ToBeVisibleAsync();
        await Expect(page.ById("explore-query")).ToContainTextAsync(new Regex("duration <= [0-9]+ns \\}, 100, [0-9]{19}, [0-9]{19}\\)"));
        await Expect(page.ById("comparison-row").First).ToBeVisibleAsync();
        await page.ById("drop-box").ClickAsync();
        await Expect(page.ById("compared-box")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_name_that_is_none_is_refused_in_words()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/explore");

        await page.ById("explore-by").FillAsync("<b>");
        await page.ById("explore-by").PressAsync("Enter");

        await Expect(page.ById("by-problem")).ToContainTextAsync("is no name of an attribute");
    }
}
