using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.Model.Spans;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class TracePageTests(Chromium chromium, ShopServer shop)
{
    private static string Order(int number) => "/trace/" + Shop.TraceOf(number);

    [Fact]
    public async Task A_trace_shows_its_facts_and_its_spans_in_order()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(3));

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("front: POST /order");
        await Expect(page.ById("duration")).ToHaveTextAsync("90ms");
        await Expect(page.ById("span-count")).ToHaveTextAsync("4");
        await Expect(page.ById("trace-row")).ToContainTextAsync(["POST /order", "reserve", "charge", "INSERT payments"]);
        await Expect(page.ById("trace-row").Nth(2)).ToHaveAttributeAsync("aria-level", "2");
        await Expect(page.ById("trace-row").Nth(2).GetByLabel("Error")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_span_opens_beside_and_its_address_leads_back_to_it()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(3));

        await page.ById("trace-row").Nth(2).ClickAsync();
        await Expect(page.ById("span-panel")).ToContainTextAsync("card refused");
        await Expect(page.ById("span-attributes")).ToContainTextAsync("pay.amount");
        await Expect(page.ById("span-resource")).ToContainTextAsync("service.name");
        await Expect(page.ById("span-event")).ToContainTextAsync("exception");
        Assert.EndsWith("?span=0000000000000003", page.Page.Url, StringComparison.Ordinal);
        await page.Page.ReloadAsync();

        await Expect(page.ById("span-panel")).ToContainTextAsync("charge");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.ById("span-panel")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_value_leads_to_a_search_for_it()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(5) + "?span=0000000000000002");

        await page.ById("span-attributes").GetByRole(AriaRole.Link, new() { Name = "Search for stock.item with this value" }).ClickAsync();

        await Expect(page.ById("search-query")).ToHaveValueAsync("{ span.stock.item = \"item-5\" }");
        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Jaegers_keys_fold_unfold_and_walk()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(4));
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);

        await page.Page.Keyboard.PressAsync("p");
        await Expect(page.ById("trace-row")).ToHaveCountAsync(3);
        await page.Page.Keyboard.PressAsync("]");
        await Expect(page.ById("trace-row")).ToHaveCountAsync(1);
        await page.Page.Keyboard.PressAsync("[");
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
        await page.Page.Keyboard.PressAsync("f");
        await page.Page.Keyboard.PressAsync("f");
        await Expect(page.ById("span-panel")).ToContainTextAsync("reserve");
        await page.Page.Keyboard.PressAsync("?");
        await Expect(page.ById("keys")).ToContainTextAsync("Fold all");
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.ById("keys")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Find_counts_and_goes_through_what_it_finds()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(4));
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);

        await page.Page.Keyboard.PressAsync("Control+b");
        await Expect(page.ById("find")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("PAY");
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.ById("found")).ToHaveTextAsync("1 of 2");
        await page.Page.GetByLabel("Next", new() { Exact = true }).ClickAsync();
        await Expect(page.ById("found")).ToHaveTextAsync("2 of 2");
        await Expect(page.ById("span-panel")).ToContainTextAsync("INSERT payments");
    }

    [Fact]
    public async Task Service_and_critical_path_leave_out_the_rest()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(4));

        await page.ById("service-filter").SelectOptionAsync("stock");
        await Expect(page.ById("trace-row")).ToHaveCountAsync(1);
        await page.ById("service-filter").SelectOptionAsync("");
        await page.ById("critical-only").CheckAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task Operations_add_up()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/trace/" + ShopServer.Large);

        await page.ById("view-operations").ClickAsync();

        await Expect(page.ById("operations").GetByRole(AriaRole.Row)).ToHaveCountAsync(121);
        Assert.Contains("view=operations", page.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_thousand_spans_cost_the_page_only_the_rows_in_sight()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/trace/" + ShopServer.Large);
        await Expect(page.ById("span-count")).ToHaveTextAsync("10,000");
        await Expect(page.ById("trace-row").First).ToBeVisibleAsync();

        Assert.InRange(await page.ById("trace-row").CountAsync(), 10, 120);
        await page.Page.EvaluateAsync("document.getElementById('waterfall-rows').scrollTop = 1e9");

        await Expect(page.ById("trace-row").Last).ToContainTextAsync("step");
        await Expect(page.Page.Locator("#waterfall-rows")).ToContainTextAsync("service-4");
        Assert.InRange(await page.ById("trace-row").CountAsync(), 10, 120);
    }

    [Fact]
    public async Task Of_ten_thousand_spans_the_one_in_the_address_is_scrolled_to()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, $"/trace/{ShopServer.Large}?span={new SpanId(7777)}");

        await Expect(page.Page.Locator("[data-testid=trace-row][aria-selected=true]")).ToBeInViewportAsync();
        await Expect(page.ById("span-attributes")).ToContainTextAsync("7777");
    }

    [Fact]
    public async Task An_unknown_trace_is_said_to_be_none()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/trace/deadbeef");

        await Expect(page.ById("trace-missing")).ToContainTextAsync("No trace has the id deadbeef");
    }

    [Fact]
    public async Task What_is_no_id_is_said_in_words()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/trace/no-such-thing");

        await Expect(page.ById("problem")).ToContainTextAsync("no-such-thing");
    }
}
