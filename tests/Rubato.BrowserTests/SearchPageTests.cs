using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class SearchPageTests(Chromium chromium, ShopServer shop)
{
    private const string Failed = "search?q=%7B%20name%20%3D%20%22charge%22%20%26%26%20status%20%3D%20error%20%7D";

    [Fact]
    public async Task The_first_page_shows_the_newest_traces_and_leads_to_one()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/");

        await Expect(page.ById("result-row")).ToHaveCountAsync(20);
        await page.ById("result-row").First.GetByRole(AriaRole.Link).ClickAsync();

        await Expect(page.ById("waterfall")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_query_finds_what_it_says_and_stands_in_the_address()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/");

        await page.ById("search-query").FillAsync("{ name = \"charge\" && status = error }");
        await page.ById("search-run").ClickAsync();

        await Expect(page.ById("result-row")).ToHaveCountAsync(10);
        await Expect(page.ById("search-summary")).ToContainTextAsync("10 traces");
        Assert.Contains("charge", Uri.UnescapeDataString(page.Page.Url), StringComparison.Ordinal);
        await page.Page.ReloadAsync();
        await Expect(page.ById("result-row")).ToHaveCountAsync(10);
        await Expect(page.ById("search-query")).ToHaveValueAsync("{ name = \"charge\" && status = error }");
        await page.Page.GoBackAsync();
        await Expect(page.ById("result-row")).ToHaveCountAsync(20);
    }

    [Fact]
    public async Task The_fields_write_the_query_and_the_query_fills_the_fields()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");

        await page.ById("part-service").FillAsync("pay");
        await page.ById("part-service").BlurAsync();
        await Expect(page.ById("search-query")).ToHaveValueAsync("{ resource.service.name = \"pay\" }");
        await page.ById("part-status").SelectOptionAsync("error");
        await Expect(page.ById("search-query")).ToHaveValueAsync("{ resource.service.name = \"pay\" && status = error }");
        await Expect(page.ById("result-row")).ToHaveCountAsync(10);

        await page.ById("search-query").FillAsync("{ name = \"reserve\" && duration >= 10ms }");
        await Expect(page.ById("part-operation")).ToHaveValueAsync("reserve");
        await Expect(page.ById("part-min")).ToHaveValueAsync("10ms");
        await page.ById("search-query").FillAsync("{ name = \"reserve\" } >> { status = error }");
        await Expect(page.ById("part-operation")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_typo_is_shown_with_its_place_before_anything_is_sent()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");

        await page.ById("search-query").FillAsync("{ nmae = \"charge\" }");

        await Expect(page.ById("query-problem")).ToContainTextAsync("did you mean name?");
        await Expect(page.ById("query-problem")).ToContainTextAsync("^^^^");
        await Expect(page.ById("search-run")).ToBeDisabledAsync();
    }

    [Fact]
    public async Task A_query_that_is_wrong_while_it_is_written_moves_nothing_below_it()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.ById("heatmap")).ToBeVisibleAsync();
        var before = (await page.ById("heatmap").BoundingBoxAsync())!.Y;

        await page.ById("search-query").FillAsync("{ nmae = \"charge\" }");
        await Expect(page.ById("query-problem")).ToContainTextAsync("^^^^");
        Assert.Equal(before, (await page.ById("heatmap").BoundingBoxAsync())!.Y);
        await page.IsAccessibleAsync();
        await page.ById("search-query").FillAsync("{ name = \"reserve\" } >> { status = error }");
        await Expect(page.Page.GetByText("more than the fields above")).ToBeVisibleAsync();
        Assert.Equal(before, (await page.ById("heatmap").BoundingBoxAsync())!.Y);
    }

    [Fact]
    public async Task Rows_are_sorted_as_asked()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search?limit=50");
        await Expect(page.ById("result-row")).ToHaveCountAsync(31);

        await page.ById("sort").SelectOptionAsync("Spans");

        await Expect(page.ById("result-row").First).ToContainTextAsync("10,000");
        Assert.Contains("sort=spans", page.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_alone_lead_to_the_span_that_was_searched_for()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/" + Failed);
        await Expect(page.ById("result-row")).ToHaveCountAsync(10);

        await page.Page.Keyboard.PressAsync("j");
        await page.Page.Keyboard.PressAsync("j");
        await Expect(page.ById("result-row").Nth(1)).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("selected"));
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.ById("span-panel")).ToContainTextAsync("charge");
    }

    [Fact]
    public async Task Slash_leads_to_the_query_and_control_enter_runs_it()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();

        await page.Page.Keyboard.PressAsync("/");
        await Expect(page.ById("search-query")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("{ span.stock.item = \"item-7\" }");
        await page.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Nothing_found_says_what_can_be_done()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search?q=%7B%20name%20%3D%20%22nowhere%22%20%7D");

        await Expect(page.ById("nothing-found")).ToContainTextAsync("Nothing found");
        await page.ById("nothing-found").GetByText("Last 7 days").ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("from=now-7d"));
    }
}
