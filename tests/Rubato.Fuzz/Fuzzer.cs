using System.Globalization;

namespace Rubato.Fuzz;

/// <summary>Runs a target on damaged inputs until the time is up or one breaks it. The same seed makes the same inputs.</summary>
internal sealed class Fuzzer(string name, IFuzzTarget target, int seed, TimeProvider time)
{
    private const int MaxCorpus = 1000;
    private const int ExecutionsPerLook = 64;

    // Read by the watch on its own thread.
    private volatile byte[]? _running;
    private long _runningSince;
    private long _executions;

    private long _mostAllocated;
    private TimeSpan _longest;

    public int Run(TimeSpan duration)
    {
        var random = new Random(seed);
        var mutator = new Mutator(random);
        var corpus = target.Corpus(random).ToList();
        Say($"seed {seed}, {duration.TotalSeconds:0} s, {corpus.Count} inputs to begin with");
        var started = time.GetTimestamp();
        using var watch = time.CreateTimer(_ => LookForHang(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        foreach (var input in corpus)
        {
            if (!Survives(input)) return 1;
        }

        while (time.GetElapsedTime(started) < duration)
        {
            for (var i = 0; i < ExecutionsPerLook && time.GetElapsedTime(started) < duration; i++)
            {
                var input = target.Mutate(random, mutator, corpus[random.Next(corpus.Count)], corpus[random.Next(corpus.Count)]);
                if (!Survives(input)) return 1;

                // Some damaged inputs stay, so that damage adds up. Which ones depends on the seed only.
                if (random.Next(100) != 0) continue;
                if (corpus.Count < MaxCorpus) corpus.Add(input);
                else corpus[random.Next(corpus.Count / 2, corpus.Count)] = input;
            }
        }

        var seconds = Math.Max(0.001, time.GetElapsedTime(started).TotalSeconds);
        Say($"{_executions} executions, {_executions / seconds:0}/s, at most {_longest.TotalMilliseconds:0.0} ms and {_mostAllocated / 1048576.0:0.0} MiB each; nothing found (seed {seed})");
        return 0;
    }

    /// <summary>Runs one saved input.</summary>
    public int Replay(string file)
    {
        using var watch = time.CreateTimer(_ => LookForHang(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

        // Some targets keep what they made for their corpus.
        _ = target.Corpus(new Random(seed)).Count();
        if (!Survives(File.ReadAllBytes(file))) return 1;
        Say($"stands {file}: {_longest.TotalMilliseconds:0.0} ms, {_mostAllocated / 1048576.0:0.0} MiB");
        return 0;
    }

    private bool Survives(byte[] input)
    {
        _executions++;
        _runningSince = time.GetTimestamp();
        _running = input;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            _running = null;
            Save(input, e.ToString());
            return false;
        }

        _running = null;
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        _mostAllocated = Math.Max(_mostAllocated, allocated);
        var taken = time.GetElapsedTime(_runningSince);
        if (taken > _longest) _longest = taken;
        if (allocated <= target.MaxAllocatedBytes) return true;
        Save(input, string.Create(CultureInfo.InvariantCulture, $"allocates {allocated} bytes for an input of {input.Length}; at most {target.MaxAllocatedBytes} are granted"));
        return false;
    }

    private void LookForHang()
    {
        if (_running is not { } input || time.GetElapsedTime(_runningSince) < target.MaxTime) return;
        Save(input, string.Create(CultureInfo.InvariantCulture, $"hangs: not done after {target.MaxTime.TotalSeconds:0} s"));
        Environment.Exit(1);
    }

    private void Save(byte[] input, string problem)
    {
        var file = Path.GetFullPath(string.Create(CultureInfo.InvariantCulture, $"crash-{name}-{seed}-{_executions}.bin"));
        File.WriteAllBytes(file, input);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: broken at execution {_executions} with seed {seed}; input saved to {file}\n{problem}"));
    }

    private void Say(FormattableString text) => Console.WriteLine(name + ": " + text.ToString(CultureInfo.InvariantCulture));
}
