using System.Globalization;

namespace Rubato.Fuzz;

/// <summary>Runs a target on damaged inputs until the time is up or one breaks it. The same seed makes the same inputs.</summary>
internal sealed class Fuzzer(string name, IFuzzTarget target, int seed, TimeProvider time)
{
    private const int MaxCorpus = 1000;
    private const int ExecutionsPerLook = 64;

    public int Run(TimeSpan duration)
    {
        var random = new Random(seed);
        var mutator = new Mutator(random);
        var corpus = target.Corpus(random).ToList();
        var started = time.GetTimestamp();
        long executions = 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: seed {seed}, {duration.TotalSeconds:0} s, {corpus.Count} inputs to begin with"));
        foreach (var input in corpus)
        {
            executions++;
            if (!Survives(input, executions)) return 1;
        }

        while (time.GetElapsedTime(started) < duration)
        {
            for (var i = 0; i < ExecutionsPerLook; i++)
            {
                var input = mutator.Mutate(corpus[random.Next(corpus.Count)], corpus[random.Next(corpus.Count)]);
                executions++;
                if (!Survives(input, executions)) return 1;

                // Some damaged inputs stay, so that damage adds up. Which ones depends on the seed only.
                if (random.Next(100) != 0) continue;
                if (corpus.Count < MaxCorpus) corpus.Add(input);
                else corpus[random.Next(corpus.Count / 2, corpus.Count)] = input;
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {executions} executions, nothing found (seed {seed})"));
        return 0;
    }

    private bool Survives(byte[] input, long execution)
    {
        try
        {
            target.Run(input);
            return true;
        }
        catch (Exception e)
        {
            var file = Path.GetFullPath(string.Create(CultureInfo.InvariantCulture, $"crash-{name}-{seed}-{execution}.bin"));
            File.WriteAllBytes(file, input);
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: broken at execution {execution} with seed {seed}; input saved to {file}\n{e}"));
            return false;
        }
    }
}
