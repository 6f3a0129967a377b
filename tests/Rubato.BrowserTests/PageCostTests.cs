using System.Diagnostics;
using System.Text.Json;
using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;
using Rubato.Model.Spans;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

/// <summary>
/// What pages cost. <c>RUBATO_MEASURE_UI</c> names a file that gets the figures (<c>bench/ui.py</c>); without it the same pages are opened, fewer of them, and nobody waits
/// for memory to come back.
/// </summary>
public sealed class PageCostTests(Chromium chromium)
{
    // Longer than the server keeps a page whose connection broke, and five minutes more.
    private static readonly TimeSpan UntilForgotten = TimeSpan.FromMinutes(6);
    private static readonly TraceId Ten = new(0xc057, 1);
    private static readonly TraceId Hundred = new(0xc057, 2);
    private static readonly string? Target = Environment.GetEnvironmentVariable("RUBATO_MEASURE_UI");

    private static int Rounds => Target is null ? 2 : 10;

    [Fact]
    public async Task Large_traces_open_again_and_beside_each_other()
    {
        var settings = new RubatoSettings().With("overrides.defaults.global.max_bytes_per_trace", "0");
        // As people have it; without it a test has the machine to itself sooner.
        if (Target is not null) settings.With("server.warm_up", "true");
        await using var server = await UiServer.StartAsync(settings);
        if (Target is not null) await Within.Get(TimeSpan.FromSeconds(60), () => Task.FromResult(server.Process.Log.Contains("pages rehearsed")), so => so, "the pages are rehearsed");
        await server.SendAsync(Shop.Large(Ten, 10_000));
        await server.SendAsync(Shop.Large(Hundred, 100_000));
        var first = await OpenAgainAsync(server, "/search", "search-query");
        var rows = await OpenAgainAsync(server, "/search", "search-summary");
        var ten = await OpenAgainAsync(server, $"/trace/{Ten}", "trace-row");
        var hundred = await OpenAgainAsync(server, $"/trace/{Hundred}", "trace-row");

        var before = server.Process.ResidentBytes();
        var pages = new List<WatchedPage>();
        for (var i = 0; i < Rounds; i++) pages.Add((await OpenAsync(server, $"/trace/{Ten}", "trace-row")).Page);
        var open = server.Process.ResidentBytes();
        foreach (var page in pages) await Expect(page.ById("span-count")).ToHaveTextAsync("10,000");
        foreach (var page in pages) await page.DisposeAsync();

        if (Target is null) return;
        await Task.Delay(UntilForgotten, TestContext.Current.CancellationToken);
        var figures = new { first, rows, ten, hundred, pages = Rounds, before, open, after = server.Process.ResidentBytes() };
        await File.WriteAllTextAsync(Target, JsonSerializer.Serialize(figures), TestContext.Current.CancellationToken);
    }

    /// <summary>Milliseconds, each in a browser window that knows nothing yet.</summary>
    private async Task<List<double>> OpenAgainAsync(UiServer server, string address, string awaited)
    {
        var times = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            var (page, took) = await OpenAsync(server, address, awaited);
            times.Add(took.TotalMilliseconds);
            await page.DisposeAsync();
        }

        return times;
    }

    /// <summary>There is no content before the page answers to the person: what can be seen can be used.</summary>
    private async Task<(WatchedPage Page, TimeSpan Took)> OpenAsync(UiServer server, string address, string awaited)
    {
        var page = await chromium.OpenAsync();
        var began = Stopwatch.GetTimestamp();
        await page.Page.GotoAsync(new Uri(server.Address, address).ToString(), new() { WaitUntil = WaitUntilState.Commit });
        await page.ById(awaited).First.WaitForAsync();
        return (page, Stopwatch.GetElapsedTime(began));
    }
}
