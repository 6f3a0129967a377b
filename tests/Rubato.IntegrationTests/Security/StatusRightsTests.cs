using System.Text.Json;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Security;

/// <summary><c>GET /api/rubato/status</c> tells a login that is limited to tenants of these, and nothing of the server around them.</summary>
public sealed class StatusRightsTests
{
    private static readonly string[] OfTheServer = ["listeners", "config_warnings", "store", "caches"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Only_an_operator_sees_addresses_sizes_and_warnings(bool multitenancy)
    {
        using var files = new TestFolder();
        var logins = files.File("logins.yaml");
        await File.WriteAllTextAsync(logins, Logins.User("ann", "[read]", "[red]") + Logins.Entry("root", "[read]", null), TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("multitenancy_enabled", multitenancy ? "true" : "false").With("server.auth.file", logins)
            // Gives a warning, which names a path.
            .With("storage.trace.block.version", "vParquet4"));

        using var seen = await StatusAsync(server, "ann");
        using var all = await StatusAsync(server, "root");

        Assert.All(OfTheServer, member => Assert.True(all.RootElement.TryGetProperty(member, out _), member));
        Assert.NotEqual(0, all.RootElement.GetProperty("listeners").GetArrayLength());
        Assert.All(OfTheServer, member => Assert.False(seen.RootElement.TryGetProperty(member, out _), member));
        Assert.True(seen.RootElement.GetProperty("ready").GetBoolean());
        Assert.Equal(multitenancy ? "red" : "single-tenant", Assert.Single(seen.RootElement.GetProperty("tenants").EnumerateArray()).GetProperty("name").GetString());
        var text = seen.RootElement.GetRawText();
        foreach (var listener in server.Log.Listeners().Values) Assert.DoesNotContain(listener.Authority, text, StringComparison.Ordinal);
    }

    private static async Task<JsonDocument> StatusAsync(RubatoProcess server, string user)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http, "/api/rubato/status"));
        message.Headers.TryAddWithoutValidation("Authorization", Logins.Basic(user, "secret"));
        message.Headers.TryAddWithoutValidation("X-Scope-OrgID", "red");
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, user);
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
