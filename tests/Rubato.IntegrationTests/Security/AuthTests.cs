using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Security;

/// <summary>The login in front of every port of the published server.</summary>
public sealed class AuthTests
{
    private static readonly string[] Paths =
    [
        "/", "/search", "/trace/1", "/explore", "/_blazor/negotiate", "/_framework/blazor.web.js", "/metrics", "/status", "/status/config", "/status/endpoints", "/status/runtime_config", "/status/overrides", "/status/overrides/red",
        "/ingester/ring", "/metrics-generator/ring", "/partition-ring", "/memberlist",
        "/flush", "/shutdown", "/SHUTDOWN/", "/debug/pprof", "/no/such/path", "/api/echo", "/api/status/buildinfo", "/api/overrides", "/api/search", "/API/search", "/api/search/tags",
        "/api/v2/search/tags", "/api/search/tag/a/values", "/api/v2/search/tag/.a/values", "/api/traces/1", "/api/v2/traces/1", "/api/metrics/query", "/api/metrics/query_range",
        "/api/metrics/service_graph", "/api/rubato/red", "/api/rubato/explain", "/api/rubato/status", "/api/rubato/demo", "/api/rubato/convert",
    ];

    [Fact]
    public async Task Every_port_wants_a_login_and_holds_to_its_rights_and_tenants()
    {
        using var files = new TestFolder();
        var logins = Path.Combine(files.Path, "logins.yaml");
        var users = Logins.User("ann", "[read]", "[red]") + Logins.Entry("root", "[read, write]", null);
        await File.WriteAllTextAsync(logins, users + Logins.Token("agent", "[write]", "[red, blue]"), TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(EveryReceiver.Settings()
            .With("multitenancy_enabled", "true").With("stream_over_http_enabled", "true").With("server.auth.file", logins).With("server.auth.reload_period", "100ms").With("server.auth.allow_udp", "true"));
        foreach (var receiver in EveryReceiver.Names)
            Assert.Matches("^(401|Unauthenticated): a login is needed", await EveryReceiver.SendAsync(server, receiver, Make.TraceId(), "x", "red"));
        foreach (var method in (string[])["Search", "SearchTags", "SearchTagsV2", "SearchTagValues", "SearchTagValuesV2", "MetricsQueryRange", "MetricsQueryInstant", "NoSuchMethod"])
        foreach (var address in (Uri[])[server.GrpcAddress, server.Http])
        {
            var grpc = await Assert.ThrowsAsync<RpcException>(() => RawGrpc.StreamAsync(address, "tempopb.StreamingQuerier", method, [], "red"));
            Assert.Equal(StatusCode.Unauthenticated, grpc.StatusCode);
        }

        Assert.Equal("200", await AskAsync(server.Http, "/ready", null, null));
        // Every path that the server knows, whatever its endpoint does, and some that it does not.
        foreach (var path in Paths)
        {
            Assert.True(await AskAsync(server.Http, path, null, "red") == "401 Basic", path);
            Assert.True(await AskAsync(server.Http, path, Logins.Basic("ann", "wrong"), "red") == "401 Basic", path);
            if (path.StartsWith("/api/", StringComparison.Ordinal)) Assert.True(await AskAsync(server.Http, path, Logins.Basic("ann", "secret"), "blue") is "403", path);
        }

        Assert.Equal("401 Basic", await AskAsync(server.Http, "/api/search", Logins.Basic("ann", "wrong"), "red"));
        Assert.Equal("401 Basic", await AskAsync(server.Http, "/api/search", Logins.Basic("nobody", "secret"), "red"));

        // A token as a password, and the reverse, are nobody's.
        Assert.Equal("401 Basic", await AskAsync(server.Http, "/api/search", Logins.Basic("agent", "secret"), "red"));
        var ann = Logins.Basic("ann", "secret");
        Assert.Equal("200", await AskAsync(server.Http, "/api/search", ann, "red"));
        Assert.Equal("200", await AskAsync(server.Http, "/api/search", ann, null));
        foreach (var tenant in (string[])["blue", "red|blue", "red|", "RED", "red,blue"])
            Assert.Equal("403", await AskAsync(server.Http, "/api/search", ann, tenant));
        foreach (var path in (string[])["/metrics", "/STATUS/config", "/status/overrides/red", "/flush", "/shutdown/", "/Ingester/ring", "/memberlist"])
            Assert.Equal("403", await AskAsync(server.Http, path, ann, "red"));

        Assert.Equal("200", await SendAsync(server.OtlpHttpAddress, "Bearer agent.secret", "blue"));
        Assert.Equal("403", await SendAsync(server.OtlpHttpAddress, "Bearer agent.secret", "green"));
        Assert.Equal("403", await SendAsync(server.OtlpHttpAddress, ann, "red"));
        Assert.Equal("403", await AskAsync(server.Http, "/api/search", "Bearer agent.secret", "red"));
        Assert.Equal("200", await AskAsync(server.Http, "/metrics", Logins.Basic("root", "secret"), null));

        // Nothing is changed with the right to read, whether there is such an endpoint or not; nor by another site's page with the login that a browser remembers.
        foreach (var path in (string[])["/api/overrides", "/api/search", "/api/rubato/no-such-change"])
            Assert.Equal("403", await AnswerAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(server.Http, path)), ann, "red"));
        foreach (var (path, site, expected) in ((string, string, string)[])[("/flush", "cross-site", "403"), ("/shutdown", "same-site", "403"), ("/_blazor", "cross-site", "403"), ("/status/config", "cross-site", "200")])
        {
            var message = new HttpRequestMessage(HttpMethod.Get, new Uri(server.Http, path));
            message.Headers.Add("Sec-Fetch-Site", site);
            Assert.Equal(expected, await AnswerAsync(message, Logins.Basic("root", "secret"), null));
        }

        await File.WriteAllTextAsync(logins, "users: {", TestContext.Current.CancellationToken);
        await Within.Get(TimeSpan.FromSeconds(20), () => Task.FromResult(server.Log.Text), text => text.Contains("the last good ones stay", StringComparison.Ordinal), "kept");
        Assert.Equal("200", await AskAsync(server.Http, "/api/search", ann, "red"));
        await File.WriteAllTextAsync(logins, Logins.User("eve", "[read]"), TestContext.Current.CancellationToken);
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
