using System.Text.RegularExpressions;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Asking;

/// <summary>The README's first two commands: the demo runs, and what it prints can be typed and answers with its first trace.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public async Task The_demo_prints_a_query_and_a_trace_that_are_there_within_a_minute()
    {
        var settings = new RubatoSettings();
        settings.Arguments.Add("--demo");
        await using var server = await RubatoProcess.StartAsync(settings);
        await Within.Become(TimeSpan.FromSeconds(60), () => server.Log.Contains("what failed"), "the demo's guide");
        var id = TraceId().Match(server.Log.Text).Groups[1].Value;
        Assert.Equal(32, id.Length);

        // Each service of the simulation exports on its own, so the trace may take a moment to be whole.
        var trace = await Within.Get(
            TimeSpan.FromSeconds(30), () => server.Api.TraceAsync(id), t => t.Any(s => s.Span.ParentSpanId.IsEmpty) && t.Select(s => s.Service).Distinct().Count() >= 3, "the whole first trace");
        Assert.Contains(trace, s => s.Span.Name == "API.CreateOrder");

        // The commands as they are printed, word for word.
        foreach (var line in server.Log.Lines.Where(l => l.Contains("rubato query", StringComparison.Ordinal)).ToList())
        {
            var words = Word().Matches(line[line.IndexOf("query", StringComparison.Ordinal)..]).Select(m => m.Value.Trim('\'')).ToArray();
            var run = await ProcessRun.RubatoAsync(server.Folder, words);
            Assert.True(run.ExitCode == 0, $"{line}\n{run.Output}\n{run.Error}");
            if (line.Contains("query trace", StringComparison.Ordinal)) Assert.Contains("API.CreateOrder", run.Output, StringComparison.Ordinal);
        }

        Assert.Contains(id, await server.Api.SearchIdsAsync("""{ name = "API.CreateOrder" }""", limit: 1000));
        Assert.Equal(0, await server.StopAsync());
    }

    [GeneratedRegex("A first trace is here: ([0-9a-f]{32})")]
    private static partial Regex TraceId();

    [GeneratedRegex(@"'[^']*'|\S+")]
    private static partial Regex Word();
}
