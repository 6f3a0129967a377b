using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class SystemPageTests(Chromium chromium, ShopServer shop)
{
    [Fact]
    public async Task What_comes_in_appears_without_a_click()
    {
        await using var server = await UiServer.StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/system");
        await Expect(page.ById("system-ready")).ToContainTextAsync("ready");
        await Expect(page.ById("recent-spans")).ToContainTextAsync("0 spans");
        await Expect(page.ById("listener").Filter(new() { HasText = server.Process.OtlpHttpAddress.Authority })).ToHaveCountAsync(1);

        await server.SendAsync(Shop.Order(1));

        await Expect(page.ById("recent-spans")).ToContainTextAsync("4 spans");
        await Expect(page.ById("ingest-rate")).Not.ToHaveTextAsync(new Regex("^0/s"));
        using var http = new HttpClient();
        await http.GetStringAsync(new Uri(server.Address, "/flush"), TestContext.Current.CancellationToken);
        await Expect(page.ById("block-row")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task With_tenants_nothing_is_told_without_one()
    {
        await using var server = await UiServer.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true"));
        await server.SendAsync(Shop.Order(1), "first");
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(server.Address, "/system");
        await Expect(page.ById("tenant-needed")).ToBeVisibleAsync();
        await page.GoAsync(server.Address, "/system?tenant=first");
        await Expect(page.ById("recent-spans")).ToContainTextAsync("4 spans");
        await page.GoAsync(server.Address, "/system?tenant=second");
        await Expect(page.ById("recent-spans")).ToContainTextAsync("0 spans");
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Axe_finds_nothing_serious_and_nothing_is_wider_than_the_window(int width, ColorScheme scheme)
    {
        await using var page = await chromium.OpenAsync(width, scheme);
        await page.GoAsync(shop.Address, "/system");
        await page.ById("limits").Locator("summary").ClickAsync();

        await page.IsAccessibleAsync();
    }
}
