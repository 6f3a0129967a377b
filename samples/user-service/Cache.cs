using System.Diagnostics;

namespace Samples.UserService;

/// <summary>A cache that takes 1 to 5 ms and has seven of ten.</summary>
internal sealed class Cache(Simulation simulation)
{
    public async Task<bool> HasAsync(string userId, CancellationToken cancel)
    {
        using Activity? span = Simulation.Source.StartActivity("Cache.Get", ActivityKind.Client);
        span?.SetTag("cache.system", "redis");
        span?.SetTag("cache.key", "user:" + userId);
        await simulation.WorkAsync(1, 6, cancel);
        bool hit = simulation.Chance(0.70);
        span?.SetTag("cache.hit", hit);
        return hit;
    }
}
