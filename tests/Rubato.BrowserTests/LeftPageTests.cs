using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;

namespace Rubato.BrowserTests;

/// <summary>Somebody who goes on before a page has all it asked for: what still runs for it ends, and nobody is warned of anything.</summary>
public sealed class LeftPageTests(Chromium chromium)
{
    private const int Rounds = 5;

    [Theory]
    [InlineData("/search", "search-query")]
    [InlineData("/explore", "explore-by")]
    public async Task A_page_left_at_once_logs_no_warning(string address, string shown)
    {
        await using var server = await UiServer.StartAsync();
        await server.SendAsync(Shop.Large(ShopServer.Large, 10_000));
        for (var round = 0; round < Rounds; round++)
        {
            await using var page = await chromium.OpenAsync();
            await page.GoAsync(server.Address, address);
            await page.ById(shown).WaitForAsync();
            await page.Page.GotoAsync("about:blank");
        }

        Assert.Equal(0, await server.Process.StopAsync());
        Assert.Equal([], server.Process.Log.Lines.Where(line => line.Contains("level=warn", StringComparison.Ordinal) || line.Contains("level=error", StringComparison.Ordinal)));
    }
}
