using System.Text.RegularExpressions;
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
        await page.ById("red-row").GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "front", Exact = true }).ClickAsync();

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
}
