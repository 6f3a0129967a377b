using System.Net;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Security;

/// <summary>The login in front of every port of the published server.</summary>
public sealed class AuthTests
{
    [Fact]
    public async Task Every_port_wants_a_login_and_holds_to_its_rights_and_tenants()
    {
        using var files = new TestFolder();
        var logins = Path.Combine(files.Path, "logins.yaml");
        var users = Entry("users", "ann", "[read]", "[red]") + Entry("users", "root", "[read, write]", null)["users:\n".Length..];
        await File.WriteAllTextAsync(logins, users + Entry("tokens", "agent", "[write]", "[red, blue]"), TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(EveryReceiver.Settings()
            .With("multitenancy_enabled", "true").With("server.auth.file", logins).With("server.auth.reload_period", "100ms").With("server.auth.allow_udp", "true"));
        foreach (var receiver in EveryReceiver.Names)
            Assert.Matches("^(401|Unauthenticated): a login is needed", await EveryReceiver.SendAsync(server, receiver, Make.TraceId(), "x", "red"));
        var grpc = await Assert.ThrowsAsync<RpcException>(() => RawGrpc.StreamAsync(server.GrpcAddress, "tempopb.StreamingQuerier", "Search", [], "red"));
        Assert.Equal(StatusCode.Unauthenticated, grpc.StatusCode);

        Assert.Equal("200", await AskAsync(server.Http, "/ready", null, null));
        foreach (var path in (string[])["/", "/metrics", "/status/config", "/api/search", "/api/echo", "/shutdown", "/SHUTDOWN/"])
            Assert.Equal("401 Basic", await AskAsync(server.Http, path, null, "red"));
        Assert.Equal("401 Basic", await AskAsync(server.Http, "/api/search", Basic("ann", "wrong"), "red"));
        Assert.Equal("401 Basic", await AskAsync(server.Http, "/api/search", Basic("nobody", "secret"), "red"));

        // A token as a password, and the reverse, are nobody's.
        Assert.Equal("401 Basic", await AskAsync(server.Http, "/api/search", Basic("agent", "secret"), "red"));
        var ann = Basic("ann", "secret");
        Assert.Equal("200", await AskAsync(server.Http, "/api/search", ann, "red"));
        Assert.Equal("200", await AskAsync(server.Http, "/api/search", ann, null));
        foreach (var tenant in (string[])["blue", "red|blue", "red|", "RED", "red,blue"])
            Assert.Equal("403", await AskAsync(server.Http, "/api/search", ann, tenant));
        foreach (var path in (string[])["/metrics", "/STATUS/config", "/flush", "/shutdown/"])
            Assert.Equal("403", await AskAsync(server.Http, path, ann, "red"));

        Assert.Equal("200", await SendAsync(server.OtlpHttpAddress, "Bearer agent.secret", "blue"));
        Assert.Equal("403", await SendAsync(server.OtlpHttpAddress, "Bearer agent.secret", "green"));
        Assert.Equal("403", await SendAsync(server.OtlpHttpAddress, ann, "red"));
        Assert.Equal("403", await AskAsync(server.Http, "/api/search", "Bearer agent.secret", "red"));
        Assert.Equal("200", await AskAsync(server.Http, "/metrics", Basic("root", "secret"), null));

        await File.WriteAllTextAsync(logins, "users: {", TestContext.Current.CancellationToken);
        await Within.Get(TimeSpan.FromSeconds(20), () => Task.FromResult(server.Log.Text), text => text.Contains("the last good ones stay", StringComparison.Ordinal), "kept");
        Assert.Equal("200", await AskAsync(server.Http, "/api/search", ann, "red"));
        await File.WriteAllTextAsync(logins, Entry("users", "eve", "[read]", null), TestContext.Current.CancellationToken);
        await Within.Get(TimeSpan.FromSeconds(20), () => AskAsync(server.Http, "/api/search", ann, "red"), answer => answer == "401 Basic", "gone");
        Assert.DoesNotContain("pbkdf2", server.Log.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("agent.secret", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Udp_ports_beside_a_login_do_not_start()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => RubatoProcess.StartAsync(EveryReceiver.Settings().With("server.auth.file", "/nowhere.yaml")));
        Assert.Contains("server.auth.allow_udp", error.ToString(), StringComparison.Ordinal);
    }

    private static string Entry(string kind, string name, string rights, string? tenants)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(16);
        var hash = Rfc2898DeriveBytes.Pbkdf2("secret"u8, salt, 10_000, HashAlgorithmName.SHA256, 32);
        return $"{kind}:\n  {name}:\n    hash: pbkdf2-sha256:10000:{Convert.ToBase64String(salt)}:{Convert.ToBase64String(hash)}\n    rights: {rights}\n" + (tenants is null ? "" : $"    tenants: {tenants}\n");
    }

    private static string Basic(string name, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));

    private static Task<string> AskAsync(Uri server, string path, string? login, string? tenant) => AnswerAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(server, path)), login, tenant);

    private static Task<string> SendAsync(Uri server, string login, string tenant)
    {
        var body = new ByteArrayContent(Make.Request("svc", [Make.Span(Make.TraceId())]).ToByteArray());
        body.Headers.TryAddWithoutValidation("Content-Type", OtlpHttp.Protobuf);
        return AnswerAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(server, "/v1/traces")) { Content = body }, login, tenant);
    }

    /// <summary>The status, and the first way to log in that is offered.</summary>
    private static async Task<string> AnswerAsync(HttpRequestMessage message, string? login, string? tenant)
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        if (login is not null) message.Headers.TryAddWithoutValidation("Authorization", login);
        if (tenant is not null) message.Headers.TryAddWithoutValidation("X-Scope-OrgID", tenant);
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        message.Dispose();
        return $"{(int)response.StatusCode} {response.Headers.WwwAuthenticate.FirstOrDefault()?.Scheme}".TrimEnd();
    }
}
