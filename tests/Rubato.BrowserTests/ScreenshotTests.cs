using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

/// <summary>
/// The pictures of docs/ui.md, of the demo as a newcomer sees it. <c>RUBATO_RECORD_SCREENSHOTS=1</c> writes them into docs/images (<c>dotnet run dev.cs -- screenshots</c>);
/// without it they are taken all the same, so that the walk that they need keeps working.
/// </summary>
public sealed class ScreenshotTests(Chromium chromium)
{
    private static readonly bool Records = Environment.GetEnvironmentVariable("RUBATO_RECORD_SCREENSHOTS") == "1";

    [Fact]
    public async Task Pages_of_the_demo_as_pictures()
    {
        var settings = new RubatoSettings();
        settings.Arguments.Add("--demo");
        await using var server = await UiServer.StartAsync(settings);
        await using var light = await chromium.OpenAsync();
        await light.GoAsync(server.Address, "/search?q=%7B%20resource.service.name%20%3D%20%22payment-service%22%20%7D");
        await WaitForOrdersAsync(light);
        await TakeAsync(light, "ui-search.png");

        await light.ById("result-row").First.GetByRole(AriaRole.Link).ClickAsync();
        await Expect(light.ById("span-panel")).ToBeVisibleAsync();
        await Expect(light.ById("trace-row").First).ToBeVisibleAsync();
        await TakeAsync(light, "ui-trace.png");
        var trace = light.Page.Url;

        await light.Page.Keyboard.PressAsync("Escape");
        await light.ById("view-flame").ClickAsync();
        await Expect(light.ById("flame-box").First).ToBeVisibleAsync();
        await TakeAsync(light, "ui-flame.png");
        await light.GoAsync(server.Address, "/services?from=now-15m&to=now");
        await Expect(light.ById("red-row").First).ToBeVisibleAsync();
        await TakeAsync(light, "ui-services.png");
        await light.GoAsync(server.Address, "/map?from=now-15m&to=now");
        await Expect(light.ById("map-node").First).ToBeVisibleAsync();
        await TakeAsync(light, "ui-map.png");

        await using var dark = await chromium.OpenAsync(scheme: ColorScheme.Dark);
        await dark.Page.GotoAsync(trace);
        await Expect(dark.ById("span-panel")).ToBeVisibleAsync();
        await TakeAsync(dark, "ui-trace-dark.png");
    }

    /// <summary>The demo makes an order a second.</summary>
    private static async Task WaitForOrdersAsync(WatchedPage page)
    {
        for (var i = 0; i < 60 && await page.ById("result-row").CountAsync() < 6; i++)
        {
            await page.Page.WaitForTimeoutAsync(1_000);
            await page.ById("search-run").ClickAsync();
            await Expect(page.ById("search-run")).ToBeVisibleAsync();
            await Expect(page.ById("result-row").Or(page.ById("nothing-found")).First).ToBeVisibleAsync();
        }

        Assert.True(await page.ById("result-row").CountAsync() >= 6, "the demo made no orders");
    }

    private static async Task TakeAsync(WatchedPage page, string name)
    {
        var picture = await page.Page.ScreenshotAsync();
        Assert.True(picture.Length > 10_000, $"{name} has only {picture.Length} bytes");
        if (Records) await File.WriteAllBytesAsync(Requires.RepositoryFolder("docs", "images", name), picture, TestContext.Current.CancellationToken);
    }
}
