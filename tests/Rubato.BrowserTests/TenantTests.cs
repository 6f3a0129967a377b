using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

/// <summary>Whose data pages show, on a server that keeps that of several apart.</summary>
public sealed class TenantTests(Chromium chromium)
{
    [Fact]
    public async Task A_tenant_is_chosen_from_those_that_are_known_and_remembered()
    {
        await using var server = await StartAsync();
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(server.Address, "/search");
        await Expect(page.ById("problem")).ToContainTextAsync("choose a tenant");
        await Expect(page.ById("tenant").Locator("option")).ToHaveTextAsync(["Tenant…", "first", "second", "Another…"]);
        await page.IsAccessibleAsync();
        await page.ById("tenant").SelectOptionAsync("second");
        await Expect(page.ById("result-row")).ToHaveCountAsync(2);

        await page.GoAsync(server.Address, "/search");
        await Expect(page.ById("result-row")).ToHaveCountAsync(2);
        await Expect(page.ById("tenant")).ToHaveValueAsync("second");
        await page.GoAsync(server.Address, "/search?tenant=first");
        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task One_that_is_not_in_the_list_can_be_typed()
    {
        await using var server = await StartAsync();
        await using var page = await chromium.OpenAsync(390);

        await page.GoAsync(server.Address, "/search?tenant=first");
        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
        await page.ById("tenant").SelectOptionAsync(new Microsoft.Playwright.SelectOptionValue { Label = "Another…" });
        await Expect(page.ById("typed-tenant")).ToBeFocusedAsync();
        await page.IsAccessibleAsync();
        await page.ById("typed-tenant").FillAsync("first|second");
        await page.ById("typed-tenant").PressAsync("Enter");

        await Expect(page.ById("result-row")).ToHaveCountAsync(3);
        await Expect(page.ById("tenant")).ToHaveValueAsync("first|second");
    }

    [Theory]
    [InlineData("search", "result-row", 1, 2)]
    [InlineData("explore", "breakdown-row", 3, 3)]
    public async Task Another_tenant_in_the_address_is_shown_without_loading_the_page_again(string address, string rows, int ofFirst, int ofSecond)
    {
        await using var server = await StartAsync();
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, $"/{address}?tenant=nobody&spans=all");
        await Expect(page.ById("nothing-found")).ToBeVisibleAsync();
        await page.Page.EvaluateAsync("window.isTheSamePage = true");

        await NavigateAsync("first");
        await Expect(page.ById(rows)).ToHaveCountAsync(ofFirst);
        await NavigateAsync("second");
        await Expect(page.ById(rows)).ToHaveCountAsync(ofSecond);

        await Expect(page.ById("tenant")).ToHaveValueAsync("second");
        Assert.True(await page.Page.EvaluateAsync<bool>("window.isTheSamePage"));

        Task NavigateAsync(string tenant) => page.Page.EvaluateAsync($"Blazor.navigateTo('{address}?tenant={tenant}&spans=all')");
    }

    [Fact]
    public async Task A_trace_is_gone_with_its_tenant_and_back_with_it()
    {
        await using var server = await StartAsync();
        await using var page = await chromium.OpenAsync();
        var address = $"trace/{Shop.TraceOf(1)}";
        await page.GoAsync(server.Address, $"/{address}?tenant=second");
        await Expect(page.ById("trace-missing")).ToBeVisibleAsync();

        await page.Page.EvaluateAsync($"Blazor.navigateTo('{address}?tenant=first')");
        await Expect(page.ById("trace-row").First).ToBeVisibleAsync();
        await page.Page.EvaluateAsync($"Blazor.navigateTo('{address}?tenant=second')");

        await Expect(page.ById("trace-missing")).ToBeVisibleAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Behind_a_proxy_that_names_the_tenant_no_other_is_shown_or_listed()
    {
        await using var server = await StartAsync();
        await using var page = await chromium.OpenAsync();
        // What a proxy adds to every request.
        await page.Page.Context.SetExtraHTTPHeadersAsync([new("X-Scope-OrgID", "first")]);

        await page.GoAsync(server.Address, "/search?tenant=second");

        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
        await Expect(page.ById("tenant").Locator("option")).ToHaveTextAsync(["first"]);
    }

    private static async Task<UiServer> StartAsync()
    {
        var server = await UiServer.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true"));
        await server.SendAsync(Shop.Order(1), "first");
        await server.SendAsync(Shop.Order(2).Concat(Shop.Order(4)), "second");
        return server;
    }
}
