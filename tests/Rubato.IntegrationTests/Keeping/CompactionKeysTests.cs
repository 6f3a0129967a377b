using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Keeping;

/// <summary>Each key of <c>compactor.compaction</c> in a real server: what merges, what does not, and what goes when.</summary>
public sealed class CompactionKeysTests
{
    private const string Section = "compactor.compaction.";

    // Three blocks of two traces each in the hour before this one, twenty minutes apart.
    private static readonly int[] s_minutesBeforeTheHour = [50, 30, 10];

    [Theory]
    [InlineData(Section + "max_compaction_objects", "6", 1)]
    [InlineData(Section + "max_compaction_objects", "5", 2)]
    [InlineData(Section + "max_block_bytes", "1000", 3)]
    [InlineData(Section + "max_input_blocks", "2", 2)]
    [InlineData(Section + "min_input_blocks", "4", 3)]
    [InlineData(Section + "compaction_window", "15m", 3)]
    [InlineData("overrides.defaults.compaction.compaction_window", "15m", 3)]
    [InlineData("overrides.defaults.compaction.compaction_disabled", "true", 3)]
    public async Task A_key_decides_what_is_merged(string key, string value, int blocks)
    {
        await using var server = await RubatoProcess.StartAsync(new RubatoSettings().With(Section + "compaction_cycle", "1h"));
        var traces = await SendAsync(server, tenant: null);

        await server.StopAsync();
        server.Settings.With(Section + "compaction_cycle", "200ms").With(Section + "min_input_blocks", "2").With(key, value);
        await server.StartAgainAsync();
        // Set when a cycle is through with the tenant.
        await Within.Get(TimeSpan.FromSeconds(30), () => server.Api.TextAsync("/metrics"), t => t.Contains("tempodb_compaction_outstanding_blocks{", StringComparison.Ordinal), "a cycle");

        Assert.Equal(blocks, await server.Api.MetricAsync("tempodb_blocklist_length"));
        foreach (var trace in traces) Assert.Single(await server.Api.TraceAsync(trace));
        Assert.Equal((6, 6), await server.Api.CountAsync());
    }

    [Fact]
    public async Task Retention_ends_blocks_and_a_tenants_own_wins()
    {
        var settings = new RubatoSettings()
            .With("multitenancy_enabled", "true")
            .With("storage.trace.blocklist_poll", "200ms")
            .With(Section + "compaction_cycle", "1h");
        await using var server = await RubatoProcess.StartAsync(settings);
        await SendAsync(server, "short");
        var kept = await SendAsync(server, "long");
        await server.StopAsync();

        var overrides = Path.Combine(server.Folder, "overrides.yaml");
        await File.WriteAllTextAsync(overrides, "overrides: {long: {compaction: {block_retention: 100h}}}", TestContext.Current.CancellationToken);
        // The youngest span is at least 8 minutes old.
        settings.With(Section + "block_retention", "7m").With(Section + "compacted_block_retention", "1s").With("overrides.per_tenant_override_config", overrides);
        await server.StartAgainAsync();

        await Within.Become(TimeSpan.FromSeconds(30), () => Files(server, "short") == 0, "the objects of the short tenant are gone");
        Assert.Equal((0, 0), await server.Api.CountAsync(tenant: "short"));
        Assert.Equal(3, await server.Api.MetricAsync("tempodb_retention_marked_for_deletion_total"));
        Assert.Equal(3, await server.Api.MetricAsync("tempodb_retention_deleted_total"));
        Assert.NotEqual(0, Files(server, "long"));
        foreach (var trace in kept) Assert.Single(await server.Api.TraceAsync(trace, "long"));
    }

    [Fact]
    public async Task Merged_inputs_stay_for_their_time_and_then_go()
    {
        var settings = new RubatoSettings()
            .With("storage.trace.blocklist_poll", "200ms")
            .With(Section + "compaction_cycle", "200ms")
            .With(Section + "min_input_blocks", "2")
            .With(Section + "compacted_block_retention", "1h");
        await using var server = await RubatoProcess.StartAsync(settings);
        await SendAsync(server, tenant: null);
        await Within.Get(TimeSpan.FromSeconds(30), () => server.Api.MetricAsync("tempodb_compaction_blocks_total"), n => n >= 2, "a merge");
        await server.StopAsync();
        Assert.NotEmpty(Directory.GetFiles(server.BlocksFolder, "rubato.compacted.json", SearchOption.AllDirectories));
        Assert.All(
            Directory.GetFiles(server.BlocksFolder, "rubato.compacted.json", SearchOption.AllDirectories), f => Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(f)!, "data.parquet"))));

        settings.With(Section + "compacted_block_retention", "1s");
        await server.StartAgainAsync();
        await Within.Become(
            TimeSpan.FromSeconds(30), () => Directory.GetFiles(server.BlocksFolder, "rubato.compacted.json", SearchOption.AllDirectories).Length == 0, "inputs are deleted");
        Assert.Equal((6, 6), await server.Api.CountAsync());
        await server.Kill9Async();
        await server.StartAgainAsync();
        Assert.Equal((6, 6), await server.Api.CountAsync());
    }

    private static int Files(RubatoProcess server, string tenant) =>
        Directory.Exists(Path.Combine(server.BlocksFolder, tenant)) ? Directory.GetFiles(Path.Combine(server.BlocksFolder, tenant), "*", SearchOption.AllDirectories).Length : 0;

    private static async Task<List<string>> SendAsync(RubatoProcess server, string? tenant)
    {
        // Of the hour that two minutes from now belong to, so that no test meets its end.
        var hour = DateTimeOffset.FromUnixTimeSeconds((DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 120) / 3600 * 3600);
        var traces = new List<string>();
        foreach (var minutes in s_minutesBeforeTheHour)
        {
            var spans = new[] { Make.Span(Make.TraceId()), Make.Span(Make.TraceId()) };
            foreach (var span in spans)
            {
                span.StartTimeUnixNano = (ulong)hour.AddMinutes(-minutes).ToUnixTimeMilliseconds() * 1_000_000;
                span.EndTimeUnixNano = span.StartTimeUnixNano + 1_000_000;
                traces.Add(Convert.ToHexStringLower(span.TraceId.Span));
            }

            await server.Otlp.SendAsync(Make.Request(spans), tenant);
            await server.Api.FlushAsync();
        }

        return traces;
    }
}
