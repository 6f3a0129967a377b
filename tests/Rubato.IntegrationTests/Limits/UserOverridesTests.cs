using System.Net;
using System.Text;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Limits;

/// <summary><c>/api/overrides</c> over sockets (spec/limits-and-overrides.md 4.6), and limits of tag queries.</summary>
public sealed class UserOverridesTests
{
    [Fact]
    public async Task A_tenant_reads_changes_and_removes_its_overrides_and_they_outlive_a_start()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("overrides.user_configurable_overrides.enabled", "true").With("multitenancy_enabled", "true").With("http_api_prefix", "/tempo"));
        using (var client = new HttpClient { BaseAddress = server.Http })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(client, HttpMethod.Get, tenant: null)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(client, HttpMethod.Get)).Status);
            Assert.Equal((HttpStatusCode)428, (await AskAsync(client, HttpMethod.Post, "{}")).Status);
            Assert.Equal(HttpStatusCode.PreconditionFailed, (await AskAsync(client, HttpMethod.Post, "{}", version: "7")).Status);
            var bad = await AskAsync(client, HttpMethod.Post, """{"ingestion":{}}""", version: "0");
            Assert.Equal(HttpStatusCode.BadRequest, bad.Status);
            Assert.StartsWith("unknown field ingestion", bad.Body, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await AskAsync(client, HttpMethod.Post, new string(' ', 300_000), version: "0")).Status);

            var created = await AskAsync(client, HttpMethod.Post, """{"metrics_generator":{"processors":["span-metrics"],"collection_interval":"30s"}}""", version: "0");
            Assert.Equal(HttpStatusCode.OK, created.Status);
            var read = await AskAsync(client, HttpMethod.Get);
            Assert.Equal((created.Version, """{"metrics_generator":{"processors":["span-metrics"],"collection_interval":"30s"}}"""), (read.Version, read.Body));
            Assert.True(File.Exists(Path.Combine(server.BlocksFolder, "overrides", "a", "overrides.json")));

            var patched = await AskAsync(client, HttpMethod.Patch, """{"metrics_generator":{"disable_collection":true}}""");
            Assert.Equal((HttpStatusCode.OK, true), (patched.Status, patched.Version != read.Version));
            Assert.Contains("\"disable_collection\":true", patched.Body, StringComparison.Ordinal);
        }

        await server.StopAsync();
        await server.StartAgainAsync();
        using (var client = new HttpClient { BaseAddress = server.Http })
        {
            var merged = await AskAsync(client, HttpMethod.Get, query: "?scope=merged");
            Assert.Contains("\"collection_interval\":\"30s\"", merged.Body, StringComparison.Ordinal);
            Assert.Contains("\"a\":", (await client.GetStringAsync("/status/runtime_config", TestContext.Current.CancellationToken)).Split("user_configurable_overrides:")[1], StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode)428, (await AskAsync(client, HttpMethod.Delete)).Status);
            Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, HttpMethod.Delete, version: merged.Version)).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(client, HttpMethod.Get)).Status);
        }
    }

    [Fact]
    public async Task A_tenant_of_the_overrides_file_is_refused_unless_the_check_is_skipped()
    {
        using var folder = new TestFolder();
        var file = Path.Combine(folder.Path, "overrides.yaml");
        await File.WriteAllTextAsync(file, "overrides: {a: {}}", TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("overrides.user_configurable_overrides.enabled", "true").With("multitenancy_enabled", "true").With("http_api_prefix", "/tempo")
            .With("overrides.user_configurable_overrides.api.check_for_conflicting_runtime_overrides", "true").With("overrides.per_tenant_override_config", file));
        using var client = new HttpClient { BaseAddress = server.Http };

        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(client, HttpMethod.Post, "{}", version: "0")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, HttpMethod.Post, "{}", version: "0", query: "?skip-conflicting-overrides-check=true")).Status);
    }

    [Fact]
    public async Task Tag_queries_look_into_as_many_blocks_and_groups_as_the_tenant_may()
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings()
            .With("compactor.disabled", "true")
            .With("overrides.defaults.read.max_blocks_per_tag_values_query", "1").With("overrides.defaults.read.max_condition_groups_per_tag_query", "2"));
        foreach (var name in new[] { "first", "second" })
        {
            await server.Grpc.SendAsync(Make.Span(Make.TraceId(), name: name));
            Assert.Equal(HttpStatusCode.NoContent, (await server.Api.GetAsync("/flush")).Status);
        }

        await server.Grpc.SendAsync(Make.Span(Make.TraceId(), name: "recent"));
        var values = await server.Api.TextAsync("/api/v2/search/tag/name/values");
        Assert.Contains("recent", values, StringComparison.Ordinal);
        Assert.Equal(1, new[] { "first", "second" }.Count(values.Contains));

        var filter = Uri.EscapeDataString("{ span.a = 1 || span.a = 2 || span.a = 3 }");
        var refused = await server.Api.GetAsync("/api/v2/search/tag/name/values?q=" + filter);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("more than 2 groups", refused.Text, StringComparison.Ordinal);
    }

    private static async Task<(HttpStatusCode Status, string Version, string Body)> AskAsync(
        HttpClient client, HttpMethod method, string? body = null, string? version = null, string? tenant = "a", string query = "")
    {
        using var message = new HttpRequestMessage(method, "/tempo/api/overrides" + query);
        if (body is not null) message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (version is not null) message.Headers.TryAddWithoutValidation("If-Match", version);
        if (tenant is not null) message.Headers.Add("X-Scope-OrgID", tenant);
        using var response = await client.SendAsync(message, TestContext.Current.CancellationToken);
        var tag = response.Headers.NonValidated.TryGetValues("ETag", out var tags) ? tags.ToString() : "";
        return (response.StatusCode, tag, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
