using Microsoft.Playwright;
using Rubato.BrowserTests.Harness;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Security;
using Rubato.Model.Otlp;
using static Microsoft.Playwright.Assertions;

namespace Rubato.BrowserTests;

/// <summary>The pages of a server that wants a login: the browser asks the person, and every question of the page carries it.</summary>
public sealed class LoginTests(Chromium chromium)
{
    [Fact]
    public async Task Who_logged_in_sees_what_the_login_may_see()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(
            folder.File("logins"), Logins.User("ann", "[read]", "[red]") + Logins.Entry("sender", "[write]", null) + Logins.Token("agent", "[write]", "[red]"), TestContext.Current.CancellationToken);
        await using var server = await UiServer.StartAsync(new RubatoSettings().With("server.auth.file", folder.File("logins")).With("multitenancy_enabled", "true"));
        using var sender = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Process.OtlpHttpAddress, "/v1/traces"))
        {
            Content = new ByteArrayContent(OtlpWriter.Write([.. Enumerable.Range(0, 5).SelectMany(Shop.Order)])) { Headers = { { "Content-Type", "application/x-protobuf" } } },
        };
        request.Headers.Add("Authorization", "Bearer agent.secret");
        using var sent = await sender.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)sent.StatusCode);

        await using (var page = await chromium.OpenAsync(login: new HttpCredentials { Username = "ann", Password = "secret" }))
        {
            await page.GoAsync(server.Address, "/search");
            await Expect(page.ById("result-row").First).ToBeVisibleAsync();
            await Expect(page.ById("tenant").Locator("option")).ToHaveTextAsync(["red"]);

            // Of the server around its tenant it sees nothing, and the pages do without.
            await page.GoAsync(server.Address, "/system");
            await Expect(page.ById("system-ready")).ToContainTextAsync("ready");
            await Expect(page.ById("recent-spans")).ToContainTextAsync("20 spans");
            await Expect(page.ById("listener")).ToHaveCountAsync(0);
            foreach (var card in (string[])["Disk", "Caches", "Addresses"]) await Expect(page.Page.GetByRole(AriaRole.Heading, new() { Name = card })).ToHaveCountAsync(0);
            await page.IsAccessibleAsync();
            await page.GoAsync(server.Address, "/start");
            await Expect(page.ById("addresses-unknown")).ToBeVisibleAsync();
            await Expect(page.ById("setup")).Not.ToContainTextAsync(server.Process.OtlpHttpAddress.Authority);
            await page.IsAccessibleAsync();
        }

        // The right to send is none to look.
        await using var other = await chromium.OpenAsync(login: new HttpCredentials { Username = "sender", Password = "secret" });
        other.MayLoseServer = true;
        var answer = await other.Page.GotoAsync(new Uri(server.Address, "/search").ToString());
        Assert.Equal(403, answer!.Status);
    }
}
