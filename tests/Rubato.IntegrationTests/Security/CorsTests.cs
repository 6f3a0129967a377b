using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Security;

/// <summary>Pages of other origins that ask the HTTP API.</summary>
public sealed class CorsTests
{
    [Fact]
    public async Task Only_the_origins_that_are_named_may_ask_and_a_preflight_needs_no_login()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("logins"), Logins.User("ann", "[read]"), TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("server.cors.allowed_origins", "[\"https://grafana.example\"]").With("server.auth.file", folder.File("logins")));
        var asked = await AskAsync(server.Http, HttpMethod.Options, "https://grafana.example");
        Assert.Equal((204, "https://grafana.example", null), asked);
        Assert.Equal((204, null, null), await AskAsync(server.Http, HttpMethod.Options, "https://evil.example"));
        Assert.Equal((200, "https://grafana.example", null), await AskAsync(server.Http, HttpMethod.Get, "https://grafana.example"));
        Assert.Equal((200, null, null), await AskAsync(server.Http, HttpMethod.Get, "https://evil.example"));
    }

    [Fact]
    public async Task Without_the_key_no_origin_may()
    {
        await using var server = await RubatoProcess.StartAsync();
        Assert.Null((await AskAsync(server.Http, HttpMethod.Get, "https://grafana.example")).Origin);
        Assert.Null((await AskAsync(server.Http, HttpMethod.Options, "https://grafana.example")).Origin);
    }

    private static async Task<(int Status, string? Origin, string? Credentials)> AskAsync(Uri server, HttpMethod method, string origin)
    {
        using var client = new HttpClient();
        using var ask = new HttpRequestMessage(method, new Uri(server, "/api/search/tags"));
        ask.Headers.Add("Origin", origin);
        if (method == HttpMethod.Options)
        {
            ask.Headers.Add("Access-Control-Request-Method", "GET");
            ask.Headers.Add("Access-Control-Request-Headers", "authorization,x-scope-orgid");
        }
        else
        {
            ask.Headers.Add("Authorization", Logins.Basic("ann", "secret"));
        }

        using var answer = await client.SendAsync(ask, TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, Header("Access-Control-Allow-Origin"), Header("Access-Control-Allow-Credentials"));

        string? Header(string name) => answer.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;
    }
}
