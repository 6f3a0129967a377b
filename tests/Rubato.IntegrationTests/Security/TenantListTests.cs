using System.Net;
using System.Text.Json;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Security;

/// <summary><c>GET /api/rubato/tenants</c> names the tenants that the caller may see, and no others.</summary>
public sealed class TenantListTests
{
    private const string Path = "/api/rubato/tenants";

    [Fact]
    public async Task Those_with_spans_with_blocks_and_with_overrides_are_known()
    {
        using var folder = new TestFolder();
        await File.WriteAllTextAsync(folder.File("overrides.yaml"), "overrides:\n  limited:\n    ingestion:\n      rate_limit_bytes: 1000000\n  '*':\n    ingestion:\n      rate_limit_bytes: 2000000\n", TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true").With("overrides.per_tenant_override_config", folder.File("overrides.yaml")));
        Assert.Equal("{\"multitenancy_enabled\":true,\"tenants\":[\"limited\"],\"has_more\":false}", await server.Api.TextAsync(Path));

        await SendAsync(server, "stored");
        await server.Api.GetAsync("/flush");
        await server.StopAsync();
        await server.StartAgainAsync();
        await SendAsync(server, "recent");

        Assert.Equal(["limited", "recent", "stored"], Names(await server.Api.TextAsync(Path)));
    }

    [Fact]
    public async Task Who_names_tenants_learns_of_no_others()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true"));
        await SendAsync(server, "first");
        await SendAsync(server, "second");

        // What a proxy in front sets, whether there is such a tenant or not.
        Assert.Equal(["first"], Names(await server.Api.TextAsync(Path, "first")));
        Assert.Equal(["first", "nobody"], Names(await server.Api.TextAsync(Path, "nobody|first")));
        var bad = await server.Api.GetAsync(Path, tenant: "a/b");
        Assert.Equal(HttpStatusCode.BadRequest, bad.Status);
        Assert.Contains("unsupported character", bad.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_sees_its_tenants_only()
    {
        using var files = new TestFolder();
        var logins = files.File("logins.yaml");
        await File.WriteAllTextAsync(
            logins, Logins.User("ann", "[read]", "[red, blue]") + Logins.Entry("bob", "[read]", "[red]") + Logins.Entry("root", "[read, write]", null) + Logins.Entry("sender", "[write]", null), TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("multitenancy_enabled", "true").With("server.auth.file", logins));
        foreach (var tenant in (string[])["red", "green"]) await SendAsync(server, tenant, Logins.Basic("root", "secret"));

        Assert.Equal(["blue", "red"], Names((await AskAsync(server, "ann", null)).Text));
        Assert.Equal(["red"], Names((await AskAsync(server, "ann", "red")).Text));
        Assert.Equal(["red"], Names((await AskAsync(server, "bob", null)).Text));
        Assert.Equal(["green", "red"], Names((await AskAsync(server, "root", null)).Text));
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(server, "ann", "green")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(server, "ann", "red|green")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await AskAsync(server, "sender", null)).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(server, null, null)).Status);
    }

    [Fact]
    public async Task Without_multitenancy_there_is_nothing_to_choose()
    {
        await using var server = await RubatoProcess.StartAsync();

        Assert.Equal("{\"multitenancy_enabled\":false,\"tenants\":[],\"has_more\":false}", await server.Api.TextAsync(Path));
    }

    private static string[] Names(string json)
    {
        using var answer = JsonDocument.Parse(json);
        return [.. answer.RootElement.GetProperty("tenants").EnumerateArray().Select(name => name.GetString()!)];
    }

    private static async Task SendAsync(RubatoProcess server, string tenant, string? login = null)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(server.OtlpHttpAddress, "/v1/traces"))
        {
            Content = new ByteArrayContent(Google.Protobuf.MessageExtensions.ToByteArray(Make.Request("shop", [Make.Span(Make.TraceId(), 1)]))) { Headers = { { "Content-Type", "application/x-protobuf" } } },
        };
        message.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        if (login is not null) message.Headers.TryAddWithoutValidation("Authorization", login);
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Text)> AskAsync(RubatoProcess server, string? user, string? tenant)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var message = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http, Path));
        if (user is not null) message.Headers.TryAddWithoutValidation("Authorization", Logins.Basic(user, "secret"));
        if (tenant is not null) message.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
