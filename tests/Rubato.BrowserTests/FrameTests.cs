using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;
using Rubato.Model.Spans;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

/// <summary>What holds for every page: addresses, themes, hostile data, a server that goes away, access without a mouse or good eyes.</summary>
public sealed class FrameTests(Chromium chromium, ShopServer shop)
{
    private static readonly string[] Hostile =
    [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "{{constructor.constructor('alert(1)')()}}", "\u202eright to left\u202c \u200b\u0000\u0007",
        "' onmouseover='alert(1)", "%3Cscript%3E", "</textarea><script>alert(1)</script>",
    ];

    [Theory]
    [InlineData("/search", 1280, ColorScheme.Light)]
    [InlineData("/search", 390, ColorScheme.Dark)]
    [InlineData("/trace", 1280, ColorScheme.Dark)]
    [InlineData("/trace", 390, ColorScheme.Light)]
    public async Task Axe_finds_nothing_serious(string path, int width, ColorScheme scheme)
    {
        await using var page = await chromium.OpenAsync(width, scheme);
        await page.GoAsync(shop.Address, path == "/trace" ? $"/trace/{Shop.TraceOf(3)}?span=0000000000000003" : path);
        await Expect(page.ById(path == "/trace" ? "span-panel" : "result-row").First).ToBeVisibleAsync();

        await page.IsAccessibleAsync();
    }

    [Theory]
    [InlineData("/search")]
    [InlineData("/trace")]
    public async Task At_390_pixels_nothing_is_wider_than_the_window(string path)
    {
        await using var page = await chromium.OpenAsync(390);
        await page.GoAsync(shop.Address, path == "/trace" ? "/trace/" + Shop.TraceOf(3) : path);
        await Expect(page.ById(path == "/trace" ? "trace-row" : "result-row").First).ToBeVisibleAsync();

        Assert.Equal(390, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task The_theme_is_the_systems_until_one_is_chosen_which_stays()
    {
        await using var page = await chromium.OpenAsync(scheme: ColorScheme.Dark);
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");

        await page.ById("theme").SelectOptionAsync("light");
        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await page.Page.ReloadAsync();

        await Expect(page.Page.Locator("html")).ToHaveAttributeAsync("data-theme", "light");
        await Expect(page.ById("theme")).ToHaveValueAsync("light");
    }

    [Fact]
    public async Task Times_are_those_of_the_browsers_zone()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");

        await page.ById("range").ClickAsync();

        await Expect(page.Page.GetByText("Times in Europe/Berlin")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_trace_id_in_the_field_at_the_top_opens_it()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");

        await page.ById("open-trace").FillAsync(Shop.TraceOf(4).ToString());
        await page.ById("open-trace").PressAsync("Enter");

        await Expect(page.ById("span-count")).ToHaveTextAsync("4");
    }

    [Fact]
    public async Task Hostile_values_are_text_and_nothing_else()
    {
        await using var server = await UiServer.StartAsync();
        var trace = new TraceId(66, 66);
        var attributes = Hostile.Select((text, i) => ($"k{i} {text}", AttributeValue.Of(text))).ToArray();
        var large = attributes.Append(("large", AttributeValue.Of(new string('x', 1_000_000)))).ToArray();
        await server.SendAsync(Hostile.Select((text, i) => Shop.Span(trace, (ulong)i + 1, i == 0 ? 0ul : 1ul, text, text, Shop.StartOfAll, 1_000_000, SpanKind.Server, false, i == 0 ? large : attributes)));
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(server.Address, "/search");
        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
        await page.GoAsync(server.Address, $"/trace/{trace}?span=0000000000000001");
        await Expect(page.ById("trace-row")).ToHaveCountAsync(Hostile.Length);
        await Expect(page.ById("span-attributes")).ToContainTextAsync("<script>alert(1)</script>");
        await page.GoAsync(server.Address, "/search?q=" + Uri.EscapeDataString(Hostile[0]) + "&from=" + Uri.EscapeDataString(Hostile[1]));
        await Expect(page.ById("query-problem")).ToContainTextAsync("parse error");

        // The dialogs and script errors that a hole would show fail the test when the page is closed.
        Assert.Equal(0, await page.Page.Locator("main script, main img").CountAsync());
    }

    [Fact]
    public async Task No_data_at_all_is_said()
    {
        await using var server = await UiServer.StartAsync();
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(server.Address, "/");

        await Expect(page.ById("nothing-found")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_trace_of_100000_spans_opens()
    {
        await using var server = await UiServer.StartAsync(new RubatoSettings().With("overrides.defaults.global.max_bytes_per_trace", "0"));
        var trace = new TraceId(100, 1000);
        await server.SendAsync(Shop.Large(trace, 100_000));
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(server.Address, "/trace/" + trace);

        await Expect(page.ById("span-count")).ToHaveTextAsync("100,000");
        await Expect(page.ById("trace-row").First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Below_a_prefix_everything_is_found()
    {
        await using var server = await UiServer.StartAsync(new RubatoSettings().With("http_api_prefix", "/tempo"));
        await server.SendAsync(Shop.Order(1));
        await using var page = await chromium.OpenAsync();

        // Without the slash too.
        await page.GoAsync(server.Address, "/tempo");
        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
        await page.ById("result-row").GetByRole(AriaRole.Link).ClickAsync();

        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
        Assert.StartsWith("/tempo/trace/", new Uri(page.Page.Url).AbsolutePath, StringComparison.Ordinal);
        await page.Page.ReloadAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task Behind_a_proxy_that_cuts_the_path_off_everything_is_found_without_a_setting()
    {
        await using var server = await UiServer.StartAsync();
        await server.SendAsync(Shop.Order(1));
        await using var proxy = await CuttingProxy.StartAsync("/tools/rubato", server.Address);
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(proxy.Address, "/tools/rubato/");
        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
        await page.ById("result-row").GetByRole(AriaRole.Link).ClickAsync();

        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
        Assert.StartsWith("/tools/rubato/trace/", new Uri(page.Page.Url).AbsolutePath, StringComparison.Ordinal);
        await page.Page.ReloadAsync();
        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
        await page.Page.Keyboard.PressAsync("g");
        await page.Page.Keyboard.PressAsync("m");
        await Expect(page.Page).ToHaveURLAsync(new Uri(proxy.Address, "/tools/rubato/map").ToString());
        Assert.True(proxy.WebSockets > 0, "no WebSocket went through the proxy");
    }

    [Fact]
    public async Task Behind_a_proxy_without_WebSockets_the_page_finds_another_way()
    {
        await using var server = await UiServer.StartAsync();
        await server.SendAsync(Shop.Order(1));
        await using var proxy = await CuttingProxy.StartAsync("/tools/rubato", server.Address, isWithoutWebSockets: true);
        await using var page = await chromium.OpenAsync();
        // It says in the console what was refused.
        page.MayLoseServer = true;

        await page.GoAsync(proxy.Address, "/tools/rubato/search");
        await page.ById("result-row").GetByRole(AriaRole.Link).ClickAsync();

        await Expect(page.ById("trace-row")).ToHaveCountAsync(4);
        Assert.True(proxy.WebSockets > 0, "no WebSocket was tried");
    }

    [Fact]
    public async Task A_server_that_goes_away_is_said_to_be_gone_and_the_page_comes_back_with_it()
    {
        var port = FreePort();
        await using var server = await UiServer.StartAsync(new RubatoSettings().With("server.http_listen_port", port.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        await server.SendAsync(Shop.Order(1));
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/search");
        await Expect(page.ById("result-row")).ToHaveCountAsync(1);

        page.MayLoseServer = true;
        await server.Process.Kill9Async();
        await Expect(page.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync();
        await server.Process.StartAgainAsync();

        await Expect(page.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync(new() { Timeout = 60_000 });
        await Expect(page.ById("result-row")).ToHaveCountAsync(1, new() { Timeout = 30_000 });
    }

    [Fact]
    public async Task Pages_forbid_scripts_and_requests_from_elsewhere()
    {
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri(shop.Address, "/search"), TestContext.Current.CancellationToken);

        var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Matches("^default-src 'self'; script-src 'self' 'sha256-[^']+';", policy);
        Assert.DoesNotContain("unsafe-eval", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
