using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.Model.Spans;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class ComparePageTests(Chromium chromium, ShopServer shop)
{
    private static readonly TraceId Before = new(0xc0, 1);
    private static readonly TraceId After = new(0xc0, 2);

    [Fact]
    public async Task From_a_trace_to_its_comparison_with_another_and_back()
    {
        await using var server = await StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/trace/" + Before);

        await page.ById("compare-with").ClickAsync();
        await Expect(page.ById("compare-id")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync(After.ToString());
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.ById("fact-duration")).ToContainTextAsync("+40ms +40%");
        await Expect(page.ById("fact-spans")).ToContainTextAsync("same: 1 only in A, 1 only in B");
        await Expect(page.ById("fact-services")).ToContainTextAsync("same − only in A: cache + only in B: bank");
        await Expect(page.ById("fact-errors")).ToContainTextAsync("+1");
        await Expect(page.ById("compare-row")).ToContainTextAsync(["POST /order", "reserve", "look up", "charge"]);
        await Expect(page.ById("compare-row").Nth(2)).ToContainTextAsync("only in A");
        await Expect(page.ById("compare-row").Nth(3)).ToContainTextAsync("only in B");
        await Expect(page.ById("compare-row").Nth(1)).ToContainTextAsync("-10ms");
        await Expect(page.ById("compare-row").Nth(0)).ToContainTextAsync("●! B");
        await page.ById("only-changes").CheckAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex($"compare\\?a={Before}&b={After}&only=changes$"));
        await page.Page.ReloadAsync();
        await Expect(page.ById("only-changes")).ToBeCheckedAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "charge in B, 50ms" }).ClickAsync();
        await Expect(page.ById("span-panel")).ToContainTextAsync("charge");
        await page.Page.GoBackAsync();
        await page.ById("to-a").ClickAsync();
        await Expect(page.ById("trace-id")).ToHaveTextAsync(Before.ToString());
    }

    [Fact]
    public async Task Both_can_be_entered_and_swapped()
    {
        await using var server = await StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/compare");
        await Expect(page.ById("compare-missing")).ToContainTextAsync("A: enter the id of a trace");

        await page.ById("compare-a").FillAsync(Before.ToString());
        await page.ById("compare-b").FillAsync(After.ToString());
        await page.ById("compare-run").ClickAsync();
        await Expect(page.ById("fact-duration")).ToContainTextAsync("+40ms");
        await page.ById("compare-swap").ClickAsync();

        await Expect(page.ById("fact-duration")).ToContainTextAsync("-40ms");
        await Expect(page.Page).ToHaveURLAsync(new Regex($"a={After}&b={Before}$"));
    }

    [Fact]
    public async Task What_is_not_found_and_what_is_no_id_is_said_for_each()
    {
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(shop.Address, $"/compare?a={Shop.TraceOf(1)}&b=deadbeef");
        await Expect(page.ById("compare-missing")).ToContainTextAsync("B: no trace has the id deadbeef");
        await Expect(page.ById("compare-missing")).Not.ToContainTextAsync("A: ");
        await page.GoAsync(shop.Address, "/compare?a=dead&b=beef");
        await Expect(page.ById("compare-missing")).ToContainTextAsync("A: no trace has the id dead");
        await page.GoAsync(shop.Address, $"/compare?a=%3Cscript%3Ealert(1)%3C%2Fscript%3E&b={Shop.TraceOf(1)}");

        await Expect(page.ById("compare-missing")).ToContainTextAsync("A: '<script>alert(1)</script>' is no trace id");
    }

    [Fact]
    public async Task Ten_thousand_spans_cost_the_page_only_the_rows_in_sight()
    {
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(shop.Address, $"/compare?a={ShopServer.Large}&b={ShopServer.Large}");

        await Expect(page.ById("compare-shown")).ToHaveTextAsync("10,000 of 10,000 rows");
        // The list comes a moment after the page.
        await Expect(page.ById("compare-row").Nth(9)).ToBeVisibleAsync();
        Assert.InRange(await page.ById("compare-row").CountAsync(), 10, 120);
        await page.ById("only-changes").CheckAsync();
        await Expect(page.ById("compare-shown")).ToHaveTextAsync("0 of 10,000 rows");
    }

    [Fact]
    public async Task Axe_finds_nothing_serious_and_nothing_is_wider_than_the_window()
    {
        await using var server = await StartAsync();
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await using var page = await chromium.OpenAsync(width, scheme);
            await page.GoAsync(server.Address, $"/compare?a={Before}&b={After}");
            await Expect(page.ById("compare-row")).ToHaveCountAsync(4);
            await page.IsAccessibleAsync();
        }
    }

    private static async Task<UiServer> StartAsync()
    {
        var server = await UiServer.StartAsync();
        await server.SendAsync(
        [
            Span(Before, 1, 0, "POST /order", "front", 0, 100), Span(Before, 2, 1, "reserve", "stock", 10, 30), Span(Before, 3, 1, "look up", "cache", 50, 5),
            Span(After, 1, 0, "POST /order", "front", 0, 140, isFailed: true), Span(After, 2, 1, "reserve", "stock", 10, 20), Span(After, 3, 1, "charge", "bank", 50, 50),
        ]);
        return server;
    }

    private static Span Span(TraceId trace, ulong id, ulong parent, string name, string service, ulong startMillis, ulong millis, bool isFailed = false) =>
        Shop.Span(trace, id, parent, name, service, Shop.StartOfAll + (startMillis * 1_000_000), millis * 1_000_000, SpanKind.Server, isFailed);
}
