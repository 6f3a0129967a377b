using System.Globalization;

namespace Rubato.Server;

/// <summary>
/// Connections of several ports together, all of senders or all of those who ask: fewer than the files that the process may open, a quarter of which, and 512 at least, stay for everything else. A server that
/// has just started holds 270, its own libraries. Without a free handle blocks and log fail, Kestrel asks for the next connection again and again, which takes a
/// whole core, and the runtime may end the process.
/// </summary>
/// <param name="max">Connections; <see cref="int.MaxValue"/> where the system names no limit.</param>
internal sealed class ConnectionTotal(int max)
{
    /// <summary>What an operator changes.</summary>
    public const string Key = "ulimit -n (LimitNOFILE)";

    private const int LeastReserve = 512;

    /// <summary>Where the limit is lower than anybody should set it, some must get in all the same.</summary>
    private const int Least = 32;

    private int _open;

    public int Max => max;

    /// <summary>Read once: the runtime raises its limit as it starts, and nobody does later.</summary>
    /// <param name="quarters">Of what the process has for connections.</param>
    public static ConnectionTotal OfThisProcess(int quarters) => new(File.Exists("/proc/self/limits") ? MaxOf(File.ReadAllText("/proc/self/limits")) / 4 * quarters : int.MaxValue);

    /// <summary>Whether there is room; a place that was taken is given back with <see cref="Leave"/>, refused or not.</summary>
    public bool TryEnter() => Interlocked.Increment(ref _open) <= max;

    public void Leave() => Interlocked.Decrement(ref _open);

    /// <param name="limits">The text of <c>/proc/self/limits</c> (proc_pid_limits(5)): name, soft limit, hard limit, unit.</param>
    internal static int MaxOf(string limits)
    {
        const string name = "Max open files";
        var line = limits.Split('\n').FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal));
        var soft = line?[name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var files) ? (int)Math.Clamp(files - Math.Max(files / 4, LeastReserve), Least, int.MaxValue) : int.MaxValue;
    }
}
