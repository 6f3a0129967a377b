using System.IO.Hashing;
using System.Text;
using Rubato.Configuration;
using Rubato.Overrides;

namespace Rubato.Fuzz;

/// <summary>YAML in; a configuration or named problems out. What is accepted prints as YAML that is accepted.</summary>
internal sealed class ConfigTarget : IFuzzTarget
{
    private static readonly string[] Pieces =
    [
        ":", "\n", "  ", "    ", "- ", "{", "}", "[", "]", "&a ", "*a", "<<: *a", "\"", "'", "|", ">", "%", "@", "!!int ", "!!binary ", "? ", "---\n", "...\n", "${", "${X:-1}", "${X:?no}",
        "${HOME}", "$", "\0", "\t", "#", "-1", "1e400", "9999999999999999999999", "null", "~", "\ufeff", "server:", "overrides:", "limits:", "distributor:", "receivers:", "otlp:", "protocols:",
        "grpc:", "endpoint:", "0.0.0.0:4317", "[::]:1", "5m", "1h30m", "10MB", "true", "no", "storage:", "trace:", "wal:", "sync:", "backend:", "local", "s3", "http_listen_port:",
    ];

    private static readonly EnvironmentExpansionMode[] s_modes = Enum.GetValues<EnvironmentExpansionMode>();

    private readonly ConfigResult _defaults = Load("", EnvironmentExpansionMode.Nothing);

    public long MaxAllocatedBytes => 128 << 20;

    public IEnumerable<byte[]> Corpus(Random random) =>
        new[] { "development.yaml", "kubernetes.yaml", "metrics-generator.yaml", "production.yaml" }.Select(name => Encoding.UTF8.GetBytes(Resources.Text(name)));

    public byte[] Mutate(Random random, Mutator mutator, byte[] input, byte[] other) => random.Next(6) == 0
        ? mutator.Mutate(input, other)
        : Encoding.UTF8.GetBytes(new TextMutator(random, Pieces).Mutate(TextMutator.Decode(input), TextMutator.Decode(other)));

    public void Run(byte[] input)
    {
        var text = TextMutator.Decode(input);
        // One way to take it for each input; which one depends on the input, so that it can be run again.
        var ways = s_modes.Length + 1;
        var way = (int)(XxHash3.HashToUInt64(input) % (ulong)ways);
        if (way < s_modes.Length)
        {
            Check(text, s_modes[way]);
            return;
        }

        var errors = new List<ConfigProblem>();
        TenantOverridesFile.Read(_defaults.Text.Read(text, "overrides.yaml", errors), "overrides.yaml", _defaults.Config.Overrides, _defaults.TenantSchema, errors);
    }

    private static void Check(string text, EnvironmentExpansionMode mode)
    {
        var result = Load(text, mode);
        foreach (var problem in result.Errors.Concat(result.Warnings).Concat(result.Refusals))
        {
            if (problem.ToString().Length == 0 || problem.Line < 0) throw new InvalidOperationException($"a problem without a word: {problem}");
        }

        if (!result.IsValid) return;
        var printed = result.Printer.Effective();
        var again = Load(printed, EnvironmentExpansionMode.Nothing);
        if (!again.IsValid) throw new InvalidOperationException($"what is printed is refused: {again.Errors[0]}\n{printed}");
    }

    private static ConfigResult Load(string text, EnvironmentExpansionMode mode) =>
        ConfigLoader.Load(new ConfigSource { Path = "fuzz.yaml", Text = text, ExpansionMode = mode }, name => name == "HOME" ? "somewhere" : null);
}
