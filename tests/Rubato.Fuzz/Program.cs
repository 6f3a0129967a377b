using System.Globalization;

namespace Rubato.Fuzz;

/// <summary><c>Rubato.Fuzz &lt;target&gt; [--seconds N] [--seed S]</c>. Exit code 0: nothing found; 1: a crash, its input is saved; 2: bad arguments.</summary>
internal static class FuzzProgram
{
    // New targets are added here: a class beside OtlpProtoTarget, and its name.
    private static readonly Dictionary<string, Func<IFuzzTarget>> Targets = new(StringComparer.Ordinal)
    {
        ["otlp-proto"] = () => new OtlpProtoTarget(),
        ["otlp-json"] = () => new OtlpJsonTarget(),
    };

    public static int Main(string[] args)
    {
        if (args.Length == 0 || !Targets.TryGetValue(args[0], out var make)) return Usage(args.Length == 0 ? "no target given" : $"unknown target {args[0]}");
        var seconds = 10;
        var seed = 1;
        for (var i = 1; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || !int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
                return Usage($"{args[i]} needs a number");
            switch (args[i])
            {
                case "--seconds":
                    seconds = value;
                    break;
                case "--seed":
                    seed = value;
                    break;
                default:
                    return Usage($"unknown option {args[i]}");
            }
        }

        return new Fuzzer(args[0], make(), seed, TimeProvider.System).Run(TimeSpan.FromSeconds(seconds));
    }

    private static int Usage(string problem)
    {
        Console.Error.WriteLine($"{problem}\nusage: Rubato.Fuzz <target> [--seconds N] [--seed S]\ntargets: {string.Join(", ", Targets.Keys)}");
        return 2;
    }
}
