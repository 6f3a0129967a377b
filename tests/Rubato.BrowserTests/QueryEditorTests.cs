using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

public sealed class QueryEditorTests(Chromium chromium, ShopServer shop)
{
    [Fact]
    public async Task A_query_can_be_written_with_completions_and_keys_alone()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();

        await page.Page.Keyboard.PressAsync("/");
        await Expect(page.ById("search-query")).ToBeFocusedAsync();
        await page.Page.Keyboard.TypeAsync("{ stock.it");
        await Expect(Options(page)).ToContainTextAsync(["span.stock.item"]);
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(Options(page).First).ToHaveAttributeAsync("aria-selected", "true");
        await page.Page.Keyboard.PressAsync("Enter");
        await Expect(page.ById("search-query")).ToHaveValueAsync("{ span.stock.item ");
        await page.Page.Keyboard.TypeAsync("= \"item-17");
        await Expect(Options(page).First).ToBeHiddenAsync();
        await page.Page.Keyboard.TypeAsync("\" }");
        await page.Page.Keyboard.PressAsync("Control+Enter");

        await Expect(page.ById("result-row")).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task Keys_pressed_faster_than_the_server_answers_mean_the_list_of_the_last_letter()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();
        await page.ById("search-query").PressSequentiallyAsync("{ s");
        await Expect(Options(page).First).ToBeVisibleAsync();

        await page.Page.Keyboard.TypeAsync("tock.it");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.TypeAsync("= nil }");

        await Expect(page.ById("search-query")).ToHaveValueAsync("{ span.stock.item = nil }");
    }

    [Fact]
    public async Task Letters_typed_while_the_server_is_behind_all_stay()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();
        var query = "{ span.stock.item = \"a\" || name =~ \"b.*\" && resource.service.name != \"c\" || kind = server && duration > 10ms }";

        await page.ById("search-query").FocusAsync();
        await page.Page.Keyboard.TypeAsync(query);
        await CaughtUpAsync(page);

        await Expect(page.ById("search-query")).ToHaveValueAsync(query);
    }

    [Fact]
    public async Task Values_are_those_that_the_conditions_before_leave()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();

        await page.ById("search-query").PressSequentiallyAsync("{ resource.service.name = \"stock\" && name = \"");

        await Expect(Options(page).GetByText("\"reserve\"")).ToBeVisibleAsync();
        await Expect(Options(page).GetByText("\"charge\"")).ToHaveCountAsync(0);
        await Options(page).GetByText("\"reserve\"").ClickAsync();
        await Expect(page.ById("search-query")).ToHaveValueAsync("{ resource.service.name = \"stock\" && name = \"reserve\" ");
    }

    [Fact]
    public async Task Escape_closes_the_list_and_control_space_opens_it()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();

        await page.ById("search-query").PressSequentiallyAsync("{ stat");
        await CaughtUpAsync(page);
        await Expect(Options(page).First).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(Options(page)).ToHaveCountAsync(0);
        await page.Page.Keyboard.PressAsync("Control+Space");
        await Expect(Options(page).First).ToBeVisibleAsync();

        await Expect(page.ById("search-query")).ToHaveValueAsync("{ stat");
    }

    [Fact]
    public async Task Queries_are_kept_under_a_name_and_found_again()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search?q=%7B%20name%20%3D%20%22charge%22%20%7D");
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();

        await page.ById("query-menu").ClickAsync();
        await page.ById("save-name").FillAsync("charges");
        await page.ById("save-query").ClickAsync();
        await Expect(page.ById("saved-query")).ToContainTextAsync("charges");
        await page.GoAsync(shop.Address, "/search");
        await page.ById("query-menu").ClickAsync();
        await Expect(page.ById("recent-query").First).ToContainTextAsync("charge");
        await page.ById("saved-query").ClickAsync();

        await Expect(page.ById("search-query")).ToHaveValueAsync("{ name = \"charge\" }");
        await page.ById("query-menu").ClickAsync();
        await page.Page.GetByLabel("Delete charges").ClickAsync();
        await Expect(page.ById("saved-query")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_condition_of_any_attribute_is_made_in_fields()
    {
        await using var page = await chromium.OpenAsync();
        await page.GoAsync(shop.Address, "/search");
        await Expect(page.ById("result-row").First).ToBeVisibleAsync();

        await page.ById("new-field").FillAsync("span.pay.amount");
        await page.ById("new-comparison").SelectOptionAsync(">=");
        await page.ById("new-value").FillAsync("280");
        await page.ById("add-condition").ClickAsync();

        await Expect(page.ById("result-row")).ToHaveCountAsync(2);
        await Expect(page.ById("part-more")).ToContainTextAsync("span.pay.amount >= 280");
        await page.ById("add-column").FillAsync("span.pay.amount");
        await page.ById("add-column").PressAsync("Enter");
        await Expect(page.ById("column-value").First).ToHaveTextAsync("290");
    }

    /// <summary>Until the server has coloured all that was typed: a letter that comes after a key of the list undoes the choice.</summary>
    private static Task CaughtUpAsync(WatchedPage page) => Expect(page.Page.Locator(".qe.stale")).ToHaveCountAsync(0);

    private static ILocator Options(WatchedPage page) => page.ById("completions").GetByRole(AriaRole.Option);
}
