using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class UploadPageTests(Chromium chromium, ShopServer shop)
{
    private const string Jaeger =
        """{"data":[{"traceID":"f11e","spans":[{"traceID":"f11e","spanID":"a","operationName":"GET /jaeger","startTime":1700000000000000,"duration":90000,"processID":"p1"},{"traceID":"f11e","spanID":"b","operationName":"SELECT","references":[{"refType":"CHILD_OF","traceID":"f11e","spanID":"a"}],"startTime":1700000000010000,"duration":20000,"processID":"p1"}],"processes":{"p1":{"serviceName":"front"}}}]}""";

    private const string TwoOfZipkin =
        """[{"traceId":"f11e1","id":"a","name":"first","timestamp":1700000000000000,"duration":90,"localEndpoint":{"serviceName":"front"}},{"traceId":"f11e2","id":"a","name":"second","timestamp":1700000000000000,"duration":90,"localEndpoint":{"serviceName":"front"},"tags":{"error":"true","why":"<script>alert(1)</script>"}}]""";

    [Fact]
    public async Task A_file_with_one_trace_is_shown_and_not_stored()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await page.Page.GetByRole(AriaRole.Link, new() { Name = "Open file" }).ClickAsync();

        await ChooseAsync(page, "jaeger.json", Jaeger);

        await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("front: GET /jaeger");
        await Expect(page.ById("duration")).ToHaveTextAsync("90ms");
        await Expect(page.ById("trace-row")).ToHaveCountAsync(2);
        await Expect(page.ById("download")).ToHaveCountAsync(0);
        await page.ById("trace-row").Nth(1).ClickAsync();
        await Expect(page.ById("span-panel")).ToContainTextAsync("SELECT");
        await page.GoAsync(shop.Address, "/trace/f11e");
        await Expect(page.ById("trace-missing")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Of_several_traces_one_is_chosen_and_another_after_it()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/upload");

        await ChooseAsync(page, "two.json", TwoOfZipkin);

        await Expect(page.ById("opened-trace")).ToContainTextAsync(["front: first", "front: second"]);
        await page.ById("opened-trace").Nth(1).GetByRole(AriaRole.Button).ClickAsync();
        await page.ById("trace-row").First.ClickAsync();
        await Expect(page.ById("span-attributes")).ToContainTextAsync("<script>alert(1)</script>");
        await page.ById("back-to-list").ClickAsync();
        await page.ById("opened-trace").Nth(0).GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.ById("trace-row")).ToContainTextAsync("first");
        await page.ById("other-file").ClickAsync();
        await ChooseAsync(page, "jaeger.json", Jaeger);
        await Expect(page.ById("trace-row")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task What_the_trace_page_downloads_is_opened()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/trace/" + ShopServer.Large);
        var download = await page.Page.RunAndWaitForDownloadAsync(() => page.ById("download").ClickAsync());
        await page.GoAsync(shop.Address, "/upload");

        await IsReadyAsync(page);
        await page.ById("file").SetInputFilesAsync(await download.PathAsync());

        await Expect(page.ById("span-count")).ToHaveTextAsync("10,000");
    }

    [Fact]
    public async Task Hostile_names_are_text()
    {
        const string script = "\"><img src=x onerror=alert(1)><script>alert(1)</script>";
        var text = JsonSerializer.Serialize(script)[1..^1];
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/upload");

        await ChooseAsync(page, script.Replace("/", "", StringComparison.Ordinal) + ".json", $$$"""[{"traceId":"1","id":"1","name":"{{{text}}}","localEndpoint":{"serviceName":"{{{text}}}"}},{"traceId":"2","id":"1","name":"{{{text}}}"}]""");
        await Expect(page.ById("opened-trace").First).ToContainTextAsync(script.ToLowerInvariant());
        await ChooseAsync(page, "bad.json", $$"""{"{{text}}":1}""");

        await Expect(page.ById("problem")).ToContainTextAsync("<script>");
        Assert.Equal(0, await page.Page.Locator("main script, main img").CountAsync());
    }

    [Fact]
    public async Task What_is_wrong_with_a_file_is_said_in_words_and_another_can_be_opened()
    {
        await using var server = await UiServer.StartAsync(new RubatoSettings().With("query_frontend.max_convert_bytes", "1000"));
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(server.Address, "/upload");

        await ChooseAsync(page, "notes.txt", "my notes");
        await Expect(page.ById("problem")).ToContainTextAsync("notes.txt cannot be opened");
        await Expect(page.ById("problem")).ToContainTextAsync("the file is not JSON");
        await ChooseAsync(page, "bad.json", """{"data":[{"traceID":"1","spans":[{"spanID":"no"}]}]}""");
        await Expect(page.ById("problem")).ToContainTextAsync("data[0].spans[0].spanID");
        await ChooseAsync(page, "large.json", Jaeger + new string(' ', 1_000));
        await Expect(page.ById("problem")).ToContainTextAsync("query_frontend.max_convert_bytes");
        await ChooseAsync(page, "jaeger.json", Jaeger);

        await Expect(page.ById("trace-row")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Axe_finds_nothing_serious_and_nothing_is_wider_than_the_window()
    {
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Light), (390, ColorScheme.Dark) })
        {
            await using var page = await chromium.OpenAsync(width, scheme);
            await page.GoAsync(shop.Address, "/upload");
            await Expect(page.ById("file")).ToBeAttachedAsync();
            await page.IsAccessibleAsync();
            await ChooseAsync(page, "two.json", TwoOfZipkin);
            await Expect(page.ById("opened-trace")).ToHaveCountAsync(2);
            await page.IsAccessibleAsync();
            await page.ById("opened-trace").Nth(1).GetByRole(AriaRole.Button).ClickAsync();
            await Expect(page.ById("trace-row")).ToHaveCountAsync(1);
            await page.IsAccessibleAsync();
        }
    }

    private static async Task ChooseAsync(WatchedPage page, string name, string content)
    {
        await IsReadyAsync(page);
        await page.ById("file").SetInputFilesAsync(new FilePayload { Name = name, MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(content) });
    }

    /// <summary>The field is there a moment before Blazor's script listens to it; a person is not that fast.</summary>
    private static async Task IsReadyAsync(WatchedPage page)
    {
        await page.ById("file").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await page.WaitUntilAsync("document.getElementById('file')._blazorInputFileNextFileId !== undefined");
    }
}
