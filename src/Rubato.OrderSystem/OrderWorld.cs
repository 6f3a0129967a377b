namespace Rubato.OrderSystem;

/// <summary>The chance, the clock and the speed that all parts of the simulation share. One order at a time uses it.</summary>
/// <param name="random">The same seed gives the same latencies and failures.</param>
/// <param name="time">The clock that waits are taken from.</param>
/// <param name="scale">What waits are multiplied with: 1 as in the guide, 0.01 for a test.</param>
public sealed class OrderWorld(Random random, TimeProvider time, double scale = 1)
{
    internal Task WorkAsync(int fromMillis, int untilMillis, CancellationToken cancel) =>
        Task.Delay(TimeSpan.FromMilliseconds((fromMillis + (random.NextDouble() * (untilMillis - fromMillis))) * scale), time, cancel);

    internal bool Chance(double probability) => random.NextDouble() < probability;

    internal long UnixSeconds() => time.GetUtcNow().ToUnixTimeSeconds();
}
