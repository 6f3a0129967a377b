using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class StartPageTests(Chromium chromium, ShopServer shop)
{
    [Fact]
    public async Task From_no_data_to_the_first_trace_without_a_reload()
    {
        await using var server = await UiServer.StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/");
        await page.ById("no-data").GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.ById("waiting")).ToContainTextAsync("Waiting for the first span");
        await page.ById("with-java").ClickAsync();
        await Expect(page.ById("setup")).ToContainTextAsync("OTEL_EXPORTER_OTLP_ENDPOINT=" + server.Process.OtlpHttpAddress.GetLeftPart(UriPartial.Authority));

        await server.SendAsync(Shop.Order(1));

        await Expect(page.ById("first-trace")).ToHaveTextAsync("front: POST /order");
        await page.ById("first-trace").ClickAsync();
        await Expect(page.ById("span-count")).ToHaveTextAsync("4");
    }

    [Fact]
    public async Task The_demo_makes_traces_at_a_click()
    {
        await using var server = await UiServer.StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/start");

        await page.ById("make-demo").ClickAsync();

        await Expect(page.ById("demo-made")).ToContainTextAsync("10 orders", new() { Timeout = 60_000 });
        await Expect(page.ById("first-trace")).ToHaveTextAsync("api-gateway: API.CreateOrder");
    }

    [Fact]
    public async Task With_tenants_the_set_up_names_the_one_that_was_chosen()
    {
        await using var server = await UiServer.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true"));
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/start");
        await Expect(page.ById("tenant-needed")).ToBeVisibleAsync();

        await page.GoAsync(server.Address, "/start?with=collector&tenant=second");

        await Expect(page.ById("setup")).ToContainTextAsync("X-Scope-OrgID: \"second\"");
    }

    [Theory]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    [InlineData(390, ColorScheme.Light)]
    [InlineData(390, ColorScheme.Dark)]
    public async Task Axe_finds_nothing_serious_and_nothing_is_wider_than_the_window(int width, ColorScheme scheme)
    {
        await using var page = await chromium.OpenAsync(width, scheme);
        await page.GoAsync(shop.Address, "/start");
        await Expect(page.ById("first-trace")).ToBeVisibleAsync();

        await page.IsAccessibleAsync();
    }
}
