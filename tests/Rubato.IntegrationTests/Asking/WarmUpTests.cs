using System.Globalization;
using System.Text.RegularExpressions;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>What the warm-up at start must not leave behind.</summary>
public sealed class WarmUpTests
{
    private static readonly string[] Counters =
    [
        "tempo_query_frontend_", "tempo_querier_", "tempo_distributor_", "tempo_receiver_", "tempo_ingester_", "tempo_discarded_", "tempodb_blocklist_length",
        "rubato_query_", "rubato_ingester_", "rubato_distributor_", "rubato_wal_records_total", "rubato_blocks_",
    ];

    [Fact]
    public async Task A_warm_start_counts_nothing_and_writes_nothing()
    {
        await using var warm = await RubatoProcess.StartAsync(new RubatoSettings().With("server.warm_up", "true"));
        Assert.True(warm.Log.Contains("warm-up done"), warm.Log.Text);
        await Within.Get(TimeSpan.FromSeconds(60), () => Task.FromResult(warm.Log.Contains("rehears")), so => so, "the pages are rehearsed");
        // A page that works is drawn when it begins and when it has its data.
        var drawn = Regex.Match(warm.Log.Text, @"pages rehearsed"" drawn=""?(\d+),(\d+),(\d+)");
        Assert.True(drawn.Success, warm.Log.Text);
        Assert.All(drawn.Groups.Values.Skip(1), times => Assert.True(int.Parse(times.Value, CultureInfo.InvariantCulture) >= 2, drawn.Value));
        var counted = (await MetricsAsync(warm)).Where(line => Counters.Any(line.StartsWith) && !line.EndsWith(" 0", StringComparison.Ordinal) && !line.Contains(" 0 ", StringComparison.Ordinal));
        Assert.Empty(counted);
        Assert.Empty(await warm.Api.SearchIdsAsync("{ }"));

        await using var cold = await RubatoProcess.StartAsync(new RubatoSettings().With("server.warm_up", "false"));
        Assert.False(cold.Log.Contains("warm-up"), cold.Log.Text);
        Assert.False(cold.Log.Contains("rehears"), cold.Log.Text);
        Assert.Equal(Files(cold), Files(warm));
    }

    private static async Task<IEnumerable<string>> MetricsAsync(RubatoProcess server) =>
        (await server.Api.GetAsync("/metrics")).Text.Split('\n').Where(line => line.Length > 0 && line[0] != '#');

    private static string[] Files(RubatoProcess server) =>
        [.. Directory.EnumerateFileSystemEntries(server.Folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(server.Folder, path)).Order(StringComparer.Ordinal)];
}
