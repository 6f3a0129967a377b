using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.Model.Spans;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class TracePageTests(Chromium chromium, ShopServer shop)
{
    /// <summary>Some row is there where the list ends in sight.</summary>
    private const string RowAtBottom = """
        () => {
          const list = document.getElementById('waterfall-rows').getBoundingClientRect();
          return [...document.querySelectorAll('[data-testid=trace-row]')].some(row => Math.abs(row.getBoundingClientRect().bottom - list.bottom) < 30);
        }
        """;

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
        await page.ById("show-json").ClickAsync();
        await Expect(page.ById("span-json")).ToContainTextAsync("\"spanId\": \"0000000000000003\"");
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
    public async Task An_expression_leaves_the_spans_that_it_selects_and_stands_in_the_address()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(3));
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);

        await page.ById("search-query").FillAsync("status = error && duration < 50ms");
        await page.ById("filter-run").ClickAsync();

        await Expect(page.ById("filter-count")).ToHaveTextAsync("1 of 4 spans");
        await Expect(page.ById("trace-row")).ToContainTextAsync(["charge"]);
        await page.Page.ReloadAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(1);
        await page.ById("filter-clear").ClickAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task An_expression_that_is_wrong_says_where_and_one_without_spans_says_so()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(3));

        await page.ById("search-query").FillAsync("status = eror");
        await Expect(page.ById("filter-problem")).ToContainTextAsync("eror");
        await Expect(page.ById("filter-run")).ToBeDisabledAsync();
        await page.ById("search-query").FillAsync("name = \"nothing\"");
        await page.ById("filter-run").ClickAsync();

        await Expect(page.ById("no-rows")).ToBeVisibleAsync();
        await page.ById("no-rows").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task The_minimap_and_the_ruler_narrow_the_time_by_dragging_and_a_double_click_ends_it()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(3));
        await DragAsync(page, page.ById("minimap"), 0.5, 1);

        await Expect(page.ById("window")).ToContainTextAsync("45ms to");
        Assert.Contains("window=0.", page.Page.Url, StringComparison.Ordinal);
        await DragAsync(page, page.ById("ruler"), 0, 0.5);
        await Expect(page.ById("window")).Not.ToContainTextAsync("to 89.9ms");
        await page.ById("minimap").DblClickAsync();

        await Expect(page.ById("window")).ToHaveTextAsync("all of its time");
        Assert.DoesNotContain("window=", page.Page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Jaegers_keys_zoom_and_pan()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(3));
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);

        await page.Page.Keyboard.PressAsync("ArrowUp");
        await Expect(page.ById("window")).ToHaveTextAsync("9ms to 81ms");
        await page.Page.Keyboard.PressAsync("d");
        await Expect(page.ById("window")).ToHaveTextAsync("16.2ms to 88.2ms");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await Expect(page.ById("window")).ToHaveTextAsync("9ms to 81ms");
        await page.Page.Keyboard.PressAsync("Shift+ArrowDown");
        await Expect(page.ById("window")).ToHaveTextAsync("all of its time");
    }

    [Fact]
    public async Task The_keys_w_and_s_scroll()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/trace/" + ShopServer.Large);
        await Expect(page.ById("trace-row").First).ToBeVisibleAsync();

        await page.Page.Keyboard.PressAsync("S");
        await page.WaitUntilAsync("document.getElementById('waterfall-rows').scrollTop > 100");
        await page.Page.Keyboard.PressAsync("W");
        await page.WaitUntilAsync("document.getElementById('waterfall-rows').scrollTop === 0");
    }

    [Fact]
    public async Task The_spans_of_a_service_fold()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(3));

        await page.ById("legend").GetByRole(AriaRole.Button, new() { Name = "pay" }).ClickAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(3);
        await page.ById("legend").GetByRole(AriaRole.Button, new() { Name = "pay" }).ClickAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task The_flame_graph_goes_into_a_box_and_leads_to_its_spans()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, Order(3));
        await page.ById("view-flame").ClickAsync();
        await Expect(page.ById("flame-box")).ToHaveCountAsync(5);

        await page.ById("flame-box").Filter(new() { HasText = "charge" }).ClickAsync();
        await Expect(page.ById("flame-focus")).ToContainTextAsync("pay: charge: 45ms in all (50% of the work), 25ms itself, 1 span, 1 with errors");
        Assert.Contains("view=flame&focus=", page.Page.Url, StringComparison.Ordinal);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Show these spans" }).ClickAsync();

        await Expect(page.ById("trace-row")).ToContainTextAsync(["charge"]);
        await Expect(page.ById("filter-count")).ToHaveTextAsync("1 of 4 spans");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?view=flame")]
    [InlineData("?view=operations")]
    [InlineData("?window=0.25-0.5&span=0000000000000003")]
    public async Task Each_view_is_accessible(string view)
    {
        foreach (var (width, scheme) in ((int, ColorScheme)[])[(1280, ColorScheme.Light), (390, ColorScheme.Dark)])
        {
            await using var page = await chromium.OpenAsync(width, scheme);
            await page.GoAsync(shop.Address, Order(3) + view);
            await Expect(page.ById("span-count")).ToBeVisibleAsync();
            await Expect(page.ById("minimap")).ToHaveAttributeAsync("data-ready", "true");
            await page.IsAccessibleAsync();
        }
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
    public async Task A_high_window_is_filled_and_folding_at_the_end_of_a_long_list_leaves_rows_in_sight()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/trace/" + ShopServer.Large);
        await Expect(page.ById("trace-row").First).ToBeVisibleAsync();
        await page.Page.SetViewportSizeAsync(1280, 3000);
        await page.WaitUntilAsync(RowAtBottom);

        await page.Page.EvaluateAsync("document.getElementById('waterfall-rows').scrollTop = 1e9");
        await page.WaitUntilAsync(RowAtBottom);
        // All children fold: 1 row is left of 10,000.
        await page.Page.Keyboard.PressAsync("]");

        await Expect(page.ById("trace-row")).ToHaveCountAsync(1);
        await Expect(page.ById("trace-row")).ToBeInViewportAsync();
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

    private static async Task DragAsync(WatchedPage page, ILocator element, double from, double to)
    {
        await Expect(element).ToHaveAttributeAsync("data-ready", "true");
        var box = (await element.BoundingBoxAsync())!;
        var middle = box.Y + (box.Height / 2);
        await page.Page.Mouse.MoveAsync((float)(box.X + (box.Width * from)), middle);
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync((float)(box.X + (box.Width * to) - 1), middle, new() { Steps = 4 });
        await page.Page.Mouse.UpAsync();
    }
}
