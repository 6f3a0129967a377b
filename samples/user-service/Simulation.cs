using System.Diagnostics;

namespace Samples.UserService;

/// <summary>Latencies and failures; the scale shortens the waits for tests.</summary>
internal sealed class Simulation(Random random, double scale)
{
    public static readonly ActivitySource Source = new("user-service", "1.0.0");

    private readonly Lock _lock = new();

    public Task WorkAsync(int fromMillis, int untilMillis, CancellationToken cancel)
    {
        lock (_lock)
        {
            return Task.Delay(TimeSpan.FromMilliseconds(random.Next(fromMillis, untilMillis) * scale), cancel);
        }
    }

    public bool Chance(double probability)
    {
        lock (_lock)
        {
            return random.NextDouble() < probability;
        }
    }
}
