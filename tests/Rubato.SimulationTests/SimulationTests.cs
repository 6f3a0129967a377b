using System.Globalization;
using Xunit;

namespace Rubato.SimulationTests;

public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly int s_steps = Setting("RUBATO_SIMULATION_STEPS", 60);

    /// <summary>A seed takes under a second. One that takes this long waits for something that never comes.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>A few seeds always; more, or one that failed, by RUBATO_SIMULATION_FIRST, _SEEDS and _STEPS.</summary>
    [Fact]
    public async Task Every_acknowledged_span_is_found_once_and_nothing_else()
    {
        var first = Setting("RUBATO_SIMULATION_FIRST", 1);
        var seeds = Setting("RUBATO_SIMULATION_SEEDS", 25);
        var (spans, lives, merges, digest) = (0L, 0L, 0L, 0UL);
        var findings = new List<string>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = TestContext.Current.CancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(first, seeds), options, async (seed, _) =>
        {
            await using var simulation = new Simulation(seed);
            try
            {
                await simulation.RunAsync(s_steps).WaitAsync(s_patience, CancellationToken.None);
            }
            catch (Exception e)
            {
                lock (findings) findings.Add($"seed {seed}: {e.Message}\n{(e as FindingException)?.InnerException ?? (e is FindingException ? null : e)}\n{simulation.Log}\n");
            }

            Interlocked.Add(ref spans, simulation.AcknowledgedSpans);
            Interlocked.Add(ref lives, simulation.Lives);
            Interlocked.Add(ref merges, simulation.Merges);
            Interlocked.Add(ref digest, simulation.Log.Digest);
        });

        output.WriteLine($"seeds {first} to {first + seeds - 1}: {spans} spans acknowledged, {lives} lives, {merges} merges, {findings.Count} findings, digest {digest:x16}");
        Assert.True(findings.Count == 0, $"{findings.Count} findings; repeat one with: dotnet run dev.cs -- simulate --seeds 1 --first SEED\n{string.Join('\n', findings.Take(5))}");
    }

    [Fact]
    public async Task A_seed_repeats_itself()
    {
        var digests = new HashSet<ulong>();
        for (var i = 0; i < 2; i++)
        {
            await using var simulation = new Simulation(seed: 4711);
            await simulation.RunAsync(s_steps);
            digests.Add(simulation.Log.Digest);
        }

        Assert.Single(digests);
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
