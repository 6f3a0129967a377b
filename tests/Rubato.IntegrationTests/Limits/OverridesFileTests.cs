using System.Net;
using Grpc.Core;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Limits;

/// <summary>Where limits come from: defaults, both formats of the per-tenant file, the guide's section, and files that cannot be used (spec/limits-and-overrides.md 4).</summary>
public sealed class OverridesFileTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData("overrides: {a: {read: {max_search_duration: 1h}}, '*': {read: {max_search_duration: 2h}}}")]
    [InlineData("overrides: {a: {max_search_duration: 1h}, '*': {max_search_duration: 2h}}")]
    public async Task A_tenants_entry_comes_first_then_that_of_everybody_in_both_formats(string file)
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, file, s => s.With("overrides.defaults.read.max_search_duration", "5h"));
        Assert.Equal("1h0m0s", await LongestSearchAsync(server, "a"));
        Assert.Equal("2h0m0s", await LongestSearchAsync(server, "b"));
    }

    [Theory]
    [InlineData("overrides.defaults.read.max_search_duration")]
    [InlineData("overrides.max_search_duration")]
    [InlineData("limits.max_search_duration")]
    public async Task Defaults_hold_for_who_has_no_entry_and_are_inherited_by_who_has_one(string key)
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, "overrides: {a: {ingestion: {max_traces_per_user: 5}}}", s => s.With(key, "5h"));
        Assert.Equal("5h0m0s", await LongestSearchAsync(server, "a"));
        Assert.Equal("5h0m0s", await LongestSearchAsync(server, "b"));
    }

    [Fact]
    public async Task Without_merging_what_an_entry_leaves_out_is_0()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, "overrides: {a: {ingestion: {max_traces_per_user: 5}}}", s => s.With("overrides.merge_unset", "false"));
        var refused = await Assert.ThrowsAsync<RpcException>(() => server.Grpc.SendAsync(Make.Request(Make.Span(Make.TraceId())), "a"));
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        await server.Grpc.SendAsync(Make.Request(Make.Span(Make.TraceId())), "b");
    }

    [Theory]
    [InlineData("overrides: {a: {ingestion: {rate_limit_byte: 5}}}", "unknown key; did you mean rate_limit_bytes?")]
    [InlineData("overrides: {a: {metrics_generator: {collection_interval: 1s}}}", "must be 15s to 5m")]
    [InlineData("overrides: {'a/b': {}}", "contains unsupported character '/'")]
    [InlineData("overrides: [", "overrides.yaml")]
    [InlineData(null, "overrides.yaml")]
    public async Task A_file_that_cannot_be_used_stops_the_start(string? file, string reason)
    {
        using var folder = new TestFolder();
        if (file is not null) await File.WriteAllTextAsync(folder.File("overrides.yaml"), file, TestContext.Current.CancellationToken);
        var settings = new RubatoSettings().With("overrides.per_tenant_override_config", folder.File("overrides.yaml"));
        await File.WriteAllTextAsync(folder.File("rubato.yaml"), settings.ToYaml(folder.Path), TestContext.Current.CancellationToken);
        var run = await ProcessRun.RubatoAsync(folder.Path, "-config.file=" + folder.File("rubato.yaml"));
        Assert.Equal(1, run.ExitCode);
        var line = Assert.Single(run.ErrorLines, l => l.StartsWith("rubato: ", StringComparison.Ordinal));
        Assert.Contains("overrides.yaml", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_becomes_bad_changes_nothing_is_logged_and_seen_in_the_metrics()
    {
        using var folder = new TestFolder();
        await using var server = await StartAsync(folder, "overrides: {a: {read: {max_search_duration: 1h}, global: {max_bytes_per_trace: 77}}}", s => s);
        Assert.Equal(1, await server.Api.MetricAsync("tempo_runtime_config_last_reload_successful"));
        Assert.Equal(77, await server.Api.MetricAsync("tempo_limits_overrides", "limit_name=\"max_bytes_per_trace\",user=\"a\""));
        Assert.Equal(5_000_000, await server.Api.MetricAsync("tempo_limits_defaults", "limit_name=\"max_bytes_per_trace\""));
        var hash = await HashAsync(server);

        await WriteAsync(folder, "overrides: {a: {read: {max_search_duration: soon}}}");
        await Within.Get(Soon, () => server.Api.MetricAsync("tempo_runtime_config_last_reload_successful"), n => n == 0, "the failure in the metrics");
        await Within.Become(Soon, () => server.Log.Contains("overrides cannot be used, the last good ones stay"), "a line in the log");
        Assert.Contains("'soon' is not a duration", server.Log.Text, StringComparison.Ordinal);
        Assert.Equal("1h0m0s", await LongestSearchAsync(server, "a"));

        await WriteAsync(folder, "overrides: {b: {read: {max_search_duration: 3h}}}");
        await Within.Get(Soon, () => server.Api.MetricAsync("tempo_runtime_config_last_reload_successful"), n => n == 1, "the success in the metrics");
        Assert.Equal("3h0m0s", await LongestSearchAsync(server, "b"));
        Assert.Equal("168h0m0s", await LongestSearchAsync(server, "a"));
        Assert.NotEqual(hash, await HashAsync(server));
        Assert.Equal(0, await server.Api.MetricAsync("tempo_limits_overrides", "user=\"a\""));
    }

    private static async Task<RubatoProcess> StartAsync(TestFolder folder, string file, Func<RubatoSettings, RubatoSettings> more)
    {
        await WriteAsync(folder, file);
        return await RubatoProcess.StartAsync(more(new RubatoSettings()
            .With("multitenancy_enabled", "true").With("overrides.per_tenant_override_config", folder.File("overrides.yaml")).With("overrides.per_tenant_override_period", "100ms")));
    }

    /// <summary>Whole or not at all: a look at half a file would be a look at a bad one.</summary>
    private static async Task WriteAsync(TestFolder folder, string text)
    {
        await File.WriteAllTextAsync(folder.File("next.yaml"), text, TestContext.Current.CancellationToken);
        File.Move(folder.File("next.yaml"), folder.File("overrides.yaml"), overwrite: true);
    }

    /// <summary>The limit, as the refusal of a search over a year names it.</summary>
    private static async Task<string> LongestSearchAsync(RubatoProcess server, string tenant)
    {
        var answer = await server.Api.GetAsync("/api/search?q=%7B%7D&start=1000000000&end=1031536000", tenant: tenant);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        return answer.Text.Split("exceeds ")[1].Split(". received")[0];
    }

    private static async Task<string> HashAsync(RubatoProcess server) =>
        Assert.Single((await server.Api.TextAsync("/metrics")).Split('\n'), l => l.StartsWith("tempo_runtime_config_hash{", StringComparison.Ordinal));
}
