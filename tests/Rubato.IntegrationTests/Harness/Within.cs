using System.Diagnostics;

namespace Rubato.IntegrationTests.Harness;

/// <summary>Looks again and again until something is so; fails with the last thing seen when the time is up.</summary>
internal static class Within
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    public static async Task<T> Get<T>(TimeSpan limit, Func<Task<T>> look, Func<T, bool> good, string what)
    {
        var cancel = TestContext.Current.CancellationToken;
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var seen = await look();
            if (good(seen)) return seen;
            if (clock.Elapsed > limit) throw new TimeoutException($"not within {limit}: {what}; last seen: {seen}");
            await Task.Delay(Pause, cancel);
        }
    }

    public static Task Become(TimeSpan limit, Func<bool> good, string what) => Get(limit, () => Task.FromResult(good()), g => g, what);
}
