using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.Model.Spans;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class MapPageTests(Chromium chromium)
{
    [Fact]
    public async Task From_the_map_to_a_neighbourhood_to_a_service_and_to_traces()
    {
        await using var server = await UiServer.StartAsync();
        await server.SendAsync(Calls(6));
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/map");
        // Somebody calls the first, too: known from its span alone.
        await Expect(page.ById("map-node")).ToHaveCountAsync(7);
        await Expect(page.ById("map-node").Filter(new() { HasText = "service-3" }).First).ToContainTextAsync("errors");

        await page.ById("map-focus").SelectOptionAsync("service-3");
        await Expect(page.ById("map-node")).ToHaveCountAsync(3);
        await page.ById("map-hops").SelectOptionAsync("2");
        await Expect(page.ById("map-node")).ToHaveCountAsync(5);
        await Expect(page.Page).ToHaveURLAsync(new Regex("focus=service-3&hops=2"));

        await page.ById("map-row").GetByRole(AriaRole.Link, new() { Name = "Traces of service-2 calling service-3" }).ClickAsync();
        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
        await page.Page.GoBackAsync();
        await page.Page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("^service-3 \\(service\\)") }).ClickAsync();
        await Expect(page.ById("service-name")).ToHaveTextAsync("service-3");
    }

    [Fact]
    public async Task Two_hundred_services_can_be_moved_and_zoomed()
    {
        await using var server = await UiServer.StartAsync();
        await server.SendAsync(Calls(200));
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/map");
        await Expect(page.ById("map-node")).ToHaveCountAsync(201);
        await Expect(page.ById("map")).ToHaveAttributeAsync("data-ready", "true");
        var before = await page.ById("map").GetAttributeAsync("viewBox");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Zoom in" }).ClickAsync();
        await Expect(page.ById("map")).Not.ToHaveAttributeAsync("viewBox", before!);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Fit" }).ClickAsync();
        await Expect(page.ById("map")).ToHaveAttributeAsync("viewBox", before!);
        await page.ById("map").HoverAsync(new() { Position = new() { X = 30, Y = 30 }, Force = true });
        await page.Page.Mouse.DownAsync();
        await page.Page.Mouse.MoveAsync(400, 300);
        await page.Page.Mouse.UpAsync();
        await Expect(page.ById("map")).Not.ToHaveAttributeAsync("viewBox", before!);
        await Expect(page.Page).ToHaveURLAsync(new Regex("/map$"));
    }

    [Fact]
    public async Task Keys_move_and_zoom_it_and_bring_its_nodes_into_sight()
    {
        await using var server = await UiServer.StartAsync();
        await server.SendAsync(Calls(6));
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/map");
        await Expect(page.ById("map")).ToHaveAttributeAsync("data-ready", "true");
        var whole = await ViewAsync(page);

        await page.ById("map").FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        var moved = await ViewAsync(page);
        Assert.True(moved.X > whole.X && moved.Y > whole.Y && moved.Width == whole.Width, $"{whole} {moved}");
        await page.Page.Keyboard.PressAsync("ArrowLeft");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        Assert.Equal(whole, await ViewAsync(page));
        await page.Page.Keyboard.PressAsync("-");
        Assert.True((await ViewAsync(page)).Width > whole.Width);
        await page.Page.Keyboard.PressAsync("0");
        Assert.Equal(whole, await ViewAsync(page));

        for (var i = 0; i < 5; i++) await page.Page.Keyboard.PressAsync("+");
        Assert.True((await ViewAsync(page)).Width < whole.Width / 2);
        for (var i = 0; i < 7; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            var node = page.Page.Locator("[data-testid=map-node]:focus");
            await Expect(node).ToHaveCountAsync(1);
            var (sight, box) = ((await page.ById("map").BoundingBoxAsync())!, (await node.BoundingBoxAsync())!);
            Assert.True(box.X >= sight.X - 1 && box.X + box.Width <= sight.X + sight.Width + 1, $"node {i}: {box.X} to {box.X + box.Width} of {sight.X} to {sight.X + sight.Width}");
        }

        // Keys hold while a node has the focus, and letters of the page still lead on.
        await page.IsAccessibleAsync();
        await page.Page.Keyboard.PressAsync("0");
        Assert.Equal(whole, await ViewAsync(page));
        await page.Page.Keyboard.PressAsync("?");
        await Expect(page.ById("keys")).ToContainTextAsync("Next service, brought into sight");
    }

    [Fact]
    public async Task Fingers_move_and_zoom_it()
    {
        await using var server = await UiServer.StartAsync();
        await server.SendAsync(Calls(6));
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/map");
        await Expect(page.ById("map")).ToHaveAttributeAsync("data-ready", "true");
        var whole = await ViewAsync(page);
        var box = (await page.ById("map").BoundingBoxAsync())!;
        var (x, y) = (box.X + 200, box.Y + 40);
        var touch = await page.Page.Context.NewCDPSessionAsync(page.Page);

        await TouchAsync("touchStart", (x, y));
        await TouchAsync("touchMove", (x + 60, y + 20));
        await TouchAsync("touchEnd");
        var moved = await ViewAsync(page);
        Assert.True(moved.X < whole.X && moved.Y < whole.Y && moved.Width == whole.Width, $"{whole} {moved}");

        await TouchAsync("touchStart", (x, y), (x + 100, y));
        await TouchAsync("touchMove", (x - 50, y), (x + 150, y));
        await TouchAsync("touchEnd");
        var zoomed = await ViewAsync(page);
        Assert.Equal(moved.Width / 2, zoomed.Width, 0.5);
        // The middle between the fingers stays where it is.
        Assert.Equal(At(moved, box), At(zoomed, box), 0.5);
        await Expect(page.Page).ToHaveURLAsync(new Regex("/map$"));

        double At(View view, LocatorBoundingBoxResult area) => view.X + ((x + 50 - area.X) * view.Width / area.Width);

        Task TouchAsync(string type, params (float X, float Y)[] points) => touch.SendAsync(
            "Input.dispatchTouchEvent", new() { ["type"] = type, ["touchPoints"] = points.Select((point, id) => new { x = point.X, y = point.Y, id }).ToArray() });
    }

    [Fact]
    public async Task Without_calls_it_says_so()
    {
        await using var server = await UiServer.StartAsync();
        await using var page = await chromium.OpenAsync();

        await page.GoAsync(server.Address, "/map?focus=%3Cscript%3Ealert(1)%3C%2Fscript%3E");

        await Expect(page.ById("nothing-found")).ToBeVisibleAsync();
        await Expect(page.ById("no-data")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Axe_finds_nothing_serious_and_nothing_is_wider_than_the_window()
    {
        await using var server = await UiServer.StartAsync();
        await server.SendAsync(Calls(6));
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await using var page = await chromium.OpenAsync(width, scheme);
            await page.GoAsync(server.Address, "/map");
            await Expect(page.ById("map-row").First).ToBeVisibleAsync();

            await page.IsAccessibleAsync();
        }
    }

    private static async Task<View> ViewAsync(WatchedPage page)
    {
        var parts = (await page.ById("map").GetAttributeAsync("viewBox"))!.Split(' ').Select(part => Math.Round(double.Parse(part, CultureInfo.InvariantCulture), 3)).ToArray();
        return new View(parts[0], parts[1], parts[2], parts[3]);
    }

    private sealed record View(double X, double Y, double Width, double Height);

    /// <summary>One trace in which each service calls the next; every third fails.</summary>
    private static IEnumerable<Span> Calls(int services)
    {
        var trace = new TraceId(0x3a9, (ulong)services);
        for (var i = 0; i < services; i++)
        {
            var id = (ulong)(2 * i) + 1;
            var start = Shop.StartOfAll + ((ulong)i * 1_000_000);
            yield return Shop.Span(trace, id, i == 0 ? 0 : id - 1, "serve", $"service-{i}", start, 900_000_000, SpanKind.Server, i % 3 == 0);
            if (i < services - 1) yield return Shop.Span(trace, id + 1, id, "call", $"service-{i}", start + 100_000, 800_000_000, SpanKind.Client, i % 3 == 2);
        }
    }
}
