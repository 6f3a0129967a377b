using System.Net;
using System.Text;
using Google.Protobuf;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Limits;

/// <summary><c>/api/overrides</c> over sockets (spec/limits-and-overrides.md 4.6), and limits of tag queries.</summary>
public sealed class UserOverridesTests
{
    private const string Sections = "\"processor\":{\"service_graphs\":{},\"span_metrics\":{},\"host_info\":{}}},\"cost_attribution\":{}}";

    [Fact]
    public async Task A_tenant_reads_changes_and_removes_its_overrides_and_they_outlive_a_start()
    {
        await using var server = await RubatoProcess.StartAsync(Settings());
        using (var client = new HttpClient { BaseAddress = server.Http })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(client, HttpMethod.Get, tenant: null)).Status);
            Assert.Equal((HttpStatusCode.NotFound, "", ""), await AskAsync(client, HttpMethod.Get));
            Assert.Equal(
                (HttpStatusCode.BadRequest, "unknown scope \"x\", valid options are api and merged\n"), Told(await AskAsync(client, HttpMethod.Get, query: "?scope=x")));
            Assert.Equal(((HttpStatusCode)428, "must specify If-Match header\n"), Told(await AskAsync(client, HttpMethod.Post, "{}")));
            var mismatch = await AskAsync(client, HttpMethod.Post, "{}", version: "7");
            Assert.Equal(HttpStatusCode.PreconditionFailed, mismatch.Status);
            Assert.StartsWith("version does not match", mismatch.Body, StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode.NotFound, ""), Told(await AskAsync(client, HttpMethod.Delete, version: "7")));
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await AskAsync(client, HttpMethod.Post, new string(' ', 300_000), version: "0")).Status);

            var created = await AskAsync(client, HttpMethod.Post, """{"metrics_generator":{"processors":["span-metrics"],"collection_interval":"30s"}}""", version: "0");
            Assert.Equal((HttpStatusCode.OK, ""), Told(created));
            var read = await AskAsync(client, HttpMethod.Get);
            Assert.Equal((created.Version, """{"metrics_generator":{"processors":["span-metrics"],"collection_interval":"30s",""" + Sections), (read.Version, read.Body));
            Assert.True(File.Exists(Path.Combine(server.BlocksFolder, "overrides", "a", "overrides.json")));

            var patched = await AskAsync(client, HttpMethod.Patch, """{"metrics_generator":{"disable_collection":true}}""");
            Assert.Equal((HttpStatusCode.OK, true), (patched.Status, patched.Version != read.Version));
            Assert.Contains("\"disable_collection\":true", patched.Body, StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.PreconditionFailed, (await AskAsync(client, HttpMethod.Delete, version: read.Version)).Status);
        }

        await server.StopAsync();
        await server.StartAgainAsync();
        using (var client = new HttpClient { BaseAddress = server.Http })
        {
            var merged = await AskAsync(client, HttpMethod.Get, query: "?scope=merged");
            Assert.Contains("\"collection_interval\":\"30s\"", merged.Body, StringComparison.Ordinal);
            Assert.Contains("\"a\":", (await client.GetStringAsync("/status/runtime_config", TestContext.Current.CancellationToken)).Split("user_configurable_overrides:")[1], StringComparison.Ordinal);
            Assert.Equal((HttpStatusCode)428, (await AskAsync(client, HttpMethod.Delete)).Status);
            Assert.Equal((HttpStatusCode.OK, ""), Told(await AskAsync(client, HttpMethod.Delete, version: merged.Version)));
            Assert.Equal(HttpStatusCode.NotFound, (await AskAsync(client, HttpMethod.Get)).Status);
        }

        // Its folder in the store is nobody's.
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Otlp.PostAsync(Make.Request(Make.Span(Make.TraceId())).ToByteArray(), tenant: "overrides")).Status);
    }

    [Theory]
    [InlineData("""{"ingestion":{}}""", "json: unknown field \"ingestion\"")]
    [InlineData("""{"metrics_generator":{"processors":[],"processors":[]}}""", "not JSON")]
    [InlineData("""{"forwarders":["\ud800"]}""", "not JSON")]
    [InlineData("""{"\ud800":1}""", "not JSON")]
    [InlineData("""[[[[[[[[[[[[[[[[[[[[""", "not JSON")]
    [InlineData("""{"metrics_generator":{"disable_collection":"yes"}}""", "metrics_generator.disable_collection: expected true or false, found a string")]
    [InlineData("""{"metrics_generator":{"collection_interval":"1s"}}""", "metrics_generator.collection_interval: must be 15s to 5m")]
    public async Task A_bad_document_is_400_with_its_reason(string document, string reason)
    {
        await using var server = await RubatoProcess.StartAsync(Settings());
        using var client = new HttpClient { BaseAddress = server.Http };
        foreach (var method in new[] { HttpMethod.Post, HttpMethod.Patch })
        {
            var answer = await AskAsync(client, method, document, version: "0");
            Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
            Assert.StartsWith(reason, answer.Body, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("level=error", server.Log.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_document_is_named_hurts_nobody_else_and_is_replaced_by_its_version()
    {
        await using var server = await RubatoProcess.StartAsync(Settings().With("overrides.user_configurable_overrides.poll_interval", "100ms"));
        using var client = new HttpClient { BaseAddress = server.Http };
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, HttpMethod.Post, """{"metrics_generator":{"collection_interval":"30s"}}""", version: "0")).Status);
        var cancel = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(server.BlocksFolder, "overrides", "a", "overrides.json"), """{"forwarders":[],"forwarders":[]}""", cancel);
        Directory.CreateDirectory(Path.Combine(server.BlocksFolder, "overrides", "z"));
        await File.WriteAllTextAsync(Path.Combine(server.BlocksFolder, "overrides", "z", "overrides.json"), """{"metrics_generator":{"collection_interval":"45s"}}""", cancel);

        var soon = TimeSpan.FromSeconds(20);
        await Within.Get(soon, () => AskAsync(client, HttpMethod.Get, query: "?scope=merged", tenant: "z"), a => a.Body.Contains("\"45s\"", StringComparison.Ordinal), "another process's document");
        await Within.Become(soon, () => server.Log.Contains("user-configurable overrides cannot be used"), "a line about the damaged one");
        Assert.Contains("\"30s\"", (await AskAsync(client, HttpMethod.Get, query: "?scope=merged")).Body, StringComparison.Ordinal);
        Assert.NotEqual(0, await server.Api.MetricAsync("tempo_overrides_user_configurable_overrides_fetch_failed_total", "tenant=\"a\""));

        var damaged = await AskAsync(client, HttpMethod.Get);
        Assert.Equal(HttpStatusCode.InternalServerError, damaged.Status);
        Assert.Contains("If-Match: " + damaged.Version, damaged.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.InternalServerError, (await AskAsync(client, HttpMethod.Patch, "{}")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, HttpMethod.Post, """{"metrics_generator":{"collection_interval":"1m"}}""", version: damaged.Version)).Status);
        Assert.Contains("\"1m0s\"", (await AskAsync(client, HttpMethod.Get, query: "?scope=merged")).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_overrides_file_sets_is_not_hidden_unless_the_check_is_skipped()
    {
        using var folder = new TestFolder();
        var file = folder.File("overrides.yaml");
        await File.WriteAllTextAsync(
            file, "overrides: {a: {metrics_generator: {collection_interval: 30s}}, b: {ingestion: {rate_limit_bytes: 5}, metrics_generator: {processors: [span-metrics]}}}",
            TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(Settings()
            .With("overrides.user_configurable_overrides.api.check_for_conflicting_runtime_overrides", "true").With("overrides.per_tenant_override_config", file));
        using var client = new HttpClient { BaseAddress = server.Http };

        var refused = await AskAsync(client, HttpMethod.Post, "{}", version: "0");
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Contains("metrics_generator.collection_interval", refused.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(client, HttpMethod.Patch, "{}")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await AskAsync(client, HttpMethod.Post, "{}", version: "0", query: "?skip-conflicting-overrides-check=perhaps")).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, HttpMethod.Post, "{}", version: "0", query: "?skip-conflicting-overrides-check=true")).Status);

        // Processors are joined, other limits are none of the API's: nothing is hidden.
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(client, HttpMethod.Patch, """{"metrics_generator":{"processors":["host-info"]}}""", tenant: "b")).Status);
        Assert.Contains("\"processors\":[\"span-metrics\",\"host-info\"]", (await AskAsync(client, HttpMethod.Get, query: "?scope=merged", tenant: "b")).Body, StringComparison.Ordinal);
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

    private static RubatoSettings Settings() => new RubatoSettings()
        .With("overrides.user_configurable_overrides.enabled", "true").With("multitenancy_enabled", "true").With("http_api_prefix", "/tempo");

    private static (HttpStatusCode Status, string Body) Told((HttpStatusCode Status, string Version, string Body) answer) => (answer.Status, answer.Body);

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
