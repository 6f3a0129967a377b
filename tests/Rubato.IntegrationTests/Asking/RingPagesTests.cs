using System.Net;
using System.Text.Json;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>Pages of rings and overrides, for people and for programs, of one process that has every role.</summary>
public sealed class RingPagesTests(SharedServer shared)
{
    private readonly RubatoProcess _server = shared.Server;

    [Theory]
    [InlineData("/ingester/ring")]
    [InlineData("/live-store/ring")]
    [InlineData("/compactor/ring")]
    [InlineData("/backend-worker/ring")]
    public async Task A_ring_has_this_process_alone(string path)
    {
        var page = await _server.Api.GetAsync(path, "text/html");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.ContentType));
        Assert.Contains("ACTIVE", page.Text, StringComparison.Ordinal);
        Assert.Contains(_server.GrpcAddress.Authority, page.Text, StringComparison.Ordinal);

        var answer = await _server.Api.GetAsync(path, "application/json");
        Assert.Equal("application/json", answer.ContentType);
        using var json = JsonDocument.Parse(answer.Text);
        Assert.Equal(["shards", "now"], json.RootElement.EnumerateObject().Select(p => p.Name));
        var member = Assert.Single(json.RootElement.GetProperty("shards").EnumerateArray());
        Assert.Equal(["id", "state", "address", "timestamp", "registered_timestamp", "zone", "tokens"], member.EnumerateObject().Select(p => p.Name));
        Assert.Equal((Environment.MachineName, "ACTIVE", _server.GrpcAddress.Authority), (Text(member, "id"), Text(member, "state"), Text(member, "address")));
        Assert.True(member.GetProperty("registered_timestamp").GetDateTimeOffset() <= member.GetProperty("timestamp").GetDateTimeOffset());
    }

    [Fact]
    public async Task The_ring_of_a_role_that_does_not_run_is_empty_and_of_one_that_runs_is_not()
    {
        await using var without = await RubatoProcess.StartAsync();
        Assert.Equal(0, await MembersAsync(without, "/metrics-generator/ring"));
        Assert.Contains("does not run here", (await without.Api.GetAsync("/metrics-generator/ring", "text/html")).Text, StringComparison.Ordinal);

        await using var with = await RubatoProcess.StartAsync(new RubatoSettings().With("metrics_generator.storage.path", Path.Combine(without.Folder, "generator")));
        Assert.Equal(1, await MembersAsync(with, "/metrics-generator/ring"));
    }

    [Fact]
    public async Task Distributors_have_a_ring_with_the_global_strategy_only()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await _server.Api.GetAsync("/distributor/ring")).Status);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("overrides.defaults.ingestion.rate_strategy", "global"));
        Assert.Equal(1, await MembersAsync(server, "/distributor/ring"));
    }

    [Theory]
    [InlineData("/partition-ring", "partitions")]
    [InlineData("/partition/ring", "partitions")]
    [InlineData("/memberlist", "members")]
    public async Task What_one_process_does_not_have_is_an_empty_page(string path, string list)
    {
        var page = await _server.Api.GetAsync(path, "text/html");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.ContentType));
        using var json = JsonDocument.Parse((await _server.Api.GetAsync(path, "application/json")).Text);
        Assert.Equal(0, json.RootElement.GetProperty(list).GetArrayLength());
    }

    [Fact]
    public async Task Nobody_can_be_forgotten_and_the_answer_says_why()
    {
        using var http = new HttpClient();
        Assert.Equal((HttpStatusCode.Conflict, $"{Environment.MachineName} is this process, the only member of the ring of the ingester: it cannot forget itself; POST /shutdown stops it\n"),
            await PostAsync("/ingester/ring", Form("forget", Environment.MachineName)));
        Assert.Equal((HttpStatusCode.NotFound, "the ring of the ingester has no member other-7\n"), await PostAsync("/ingester/ring", Form("forget", "other-7")));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/ingester/ring", Form("remember", "other-7"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/ingester/ring", new StringContent("forget"))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/ingester/ring", Form("forget", new string('x', 5000)))).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync("/partition-ring", Form("partition_id", "0"))).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await PostAsync("/memberlist", Form("forget", "x"))).Status);
        Assert.Equal(1, await MembersAsync(_server, "/ingester/ring"));

        async Task<(HttpStatusCode Status, string Text)> PostAsync(string path, HttpContent content)
        {
            using var answer = await http.PostAsync(new Uri(_server.Http, path), content, TestContext.Current.CancellationToken);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        static FormUrlEncodedContent Form(string name, string value) => new([KeyValuePair.Create(name, value)]);
    }

    [Fact]
    public async Task Overrides_are_shown_for_all_tenants_and_for_one()
    {
        using var files = new TestFolder();
        var overrides = Path.Combine(files.Path, "overrides.yaml");
        await File.WriteAllTextAsync(overrides, "overrides:\n  red: {ingestion: {max_traces_per_user: 77}}\n", TestContext.Current.CancellationToken);
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With("multitenancy_enabled", "true")
            .With("overrides.per_tenant_override_config", overrides).With("overrides.user_configurable_overrides.enabled", "true"));
        using var http = new HttpClient { BaseAddress = server.Http };
        using var set = new HttpRequestMessage(HttpMethod.Post, "/api/overrides") { Content = new StringContent("""{"metrics_generator":{"disable_collection":true}}""") };
        set.Headers.Add("X-Scope-OrgID", "blue");
        set.Headers.TryAddWithoutValidation("If-Match", "0");
        using var done = await http.SendAsync(set, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);

        using var list = JsonDocument.Parse((await server.Api.GetAsync("/status/overrides", "application/json")).Text);
        Assert.Equal(["blue False True", "red True False"], list.RootElement.GetProperty("tenants").EnumerateArray()
            .Select(t => $"{Text(t, "name")} {t.GetProperty("has_runtime_overrides")} {t.GetProperty("has_user_configurable_overrides")}"));
        Assert.Contains("""<a href="/status/overrides/red">red</a>""", (await server.Api.GetAsync("/status/overrides", "text/html")).Text, StringComparison.Ordinal);

        using var red = JsonDocument.Parse((await server.Api.GetAsync("/status/overrides/red", "application/json")).Text);
        Assert.Contains("77\n", Text(red.RootElement, "runtime_overrides"), StringComparison.Ordinal);
        Assert.Equal("", Text(red.RootElement, "user_configurable_overrides"));
        using var blue = JsonDocument.Parse((await server.Api.GetAsync("/status/overrides/blue", "application/json")).Text);
        Assert.Contains("disable_collection", Text(blue.RootElement, "user_configurable_overrides"), StringComparison.Ordinal);
        var page = await server.Api.GetAsync("/status/overrides/red", "text/html");
        Assert.Equal((HttpStatusCode.OK, "text/html"), (page.Status, page.ContentType));
        Assert.Equal(HttpStatusCode.BadRequest, (await server.Api.GetAsync("/status/overrides/a%3Cb%3E")).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await server.Api.GetAsync("/status/overrides", method: HttpMethod.Post)).Status);
    }

    private static async Task<int> MembersAsync(RubatoProcess server, string path)
    {
        using var json = JsonDocument.Parse((await server.Api.GetAsync(path, "application/json")).Text);
        return json.RootElement.GetProperty("shards").GetArrayLength();
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
