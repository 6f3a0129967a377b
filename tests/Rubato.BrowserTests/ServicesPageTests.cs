using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class ServicesPageTests(Chromium chromium, ShopServer shop)
{
    [Fact]
    public async Task From_all_services_to_the_failed_traces_of_one()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/services");

        await page.ById("services-filter").FillAsync("front");
        await page.ById("services-filter").PressAsync("Enter");
        await Expect(page.ById("red-row")).ToHaveCountAsync(1);
        await Expect(page.ById("red-row")).ToContainTextAsync("33.3%");
        await page.ById("red-row").GetByRole(AriaRole.Link, new() { Name = "front", Exact = true }).ClickAsync();

        await Expect(page.ById("service-name")).ToHaveTextAsync("front");
        await Expect(page.ById("red-row")).ToContainTextAsync("POST /order");
        await page.ById("failed-traces").ClickAsync();
        await Expect(page.ById("result-row")).ToHaveCountAsync(10);

        await page.Page.GoBackAsync();
        await Expect(page.ById("service-name")).ToHaveTextAsync("front");
    }

    [Fact]
    public async Task The_order_of_the_table_is_in_the_address()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/services");
        await page.ById("sort-p95").ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("sort=p95"));
        await Expect(page.Page.Locator("th[aria-sort=descending]")).ToHaveTextAsync(new Regex("p95"));
    }

    [Fact]
    public async Task A_service_that_is_not_there_is_said_so()
    {
        await using var page = await chromium.OpenAsync(width: 390);
        await page.GoAsync(shop.Address, "/services?service=%3Cscript%3Ealert(1)%3C%2Fscript%3E");

        await Expect(page.ById("nothing-found")).ToBeVisibleAsync();
        await Expect(page.ById("service-name")).ToHaveTextAsync("<script>alert(1)</script>");
    }

    [Fact]
    public async Task Services_without_calls_are_named_and_lead_to_their_spans()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/services?filter=stock");

        await Expect(page.ById("silent-service")).ToHaveCountAsync(1);
        await page.ById("silent-service").GetByRole(AriaRole.Link, new() { Name = "Traces with spans of stock" }).ClickAsync();
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();

        await page.GoAsync(shop.Address, "/services?service=stock");
        await Expect(page.ById("silent-service")).ToHaveCountAsync(1);
        await Expect(page.ById("nothing-found")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData("/services", 1280, ColorScheme.Light)]
    [InlineData("/services", 390, ColorScheme.Dark)]
    [InlineData("/services?service=front", 1280, ColorScheme.Dark)]
    [InlineData("/services?service=front", 390, ColorScheme.Light)]
    public async Task Axe_finds_nothing_serious_and_nothing_is_wider_than_the_window(string address, int width, ColorScheme scheme)
    {
        await using var page = await chromium.OpenAsync(width, scheme);
        await page.GoAsync(shop.Address, address);
        await Expect(page.ById("red-row").First).ToBeVisibleAsync();

        await page.IsAccessibleAsync();
    }
}
