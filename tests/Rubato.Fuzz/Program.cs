using System.Globalization;

namespace Rubato.Fuzz;

/// <summary>
/// <c>Rubato.Fuzz &lt;target&gt; [--seconds N] [--seed S] [--input FILE]</c>. Exit code 0: nothing found; 1: a crash, a hang, a broken promise
/// or too much memory, and the input is saved; 2: bad arguments. With <c>--input</c> a saved input is run once.
/// </summary>
internal static class FuzzProgram
{
    // New targets are added here: a class beside OtlpProtoTarget, and its name.
    private static readonly Dictionary<string, Func<IFuzzTarget>> Targets = new(StringComparer.Ordinal)
    {
        ["otlp-proto"] = () => new OtlpProtoTarget(),
        ["otlp-json"] = () => new OtlpJsonTarget(),
        ["jaeger-proto"] = () => new JaegerTarget(JaegerForm.Proto),
        ["jaeger-thrift"] = () => new JaegerTarget(JaegerForm.Body),
        ["jaeger-compact"] = () => new JaegerTarget(JaegerForm.CompactPacket),
        ["jaeger-binary"] = () => new JaegerTarget(JaegerForm.BinaryPacket),
        ["zipkin-json"] = () => new ZipkinTarget(ZipkinForm.Json),
        ["zipkin-proto"] = () => new ZipkinTarget(ZipkinForm.Proto),
        ["zipkin-v1-json"] = () => new ZipkinTarget(ZipkinForm.V1Json),
        ["zipkin-v1-thrift"] = () => new ZipkinTarget(ZipkinForm.V1Thrift),
        ["trace-file"] = () => new TraceFileTarget(),
        ["opencensus"] = () => new ZipkinTarget(ZipkinForm.OpenCensus),
        ["traceql"] = () => new TraceQLTarget(),
        ["traceql-run"] = () => new TraceQLRunTarget(),
        ["regex"] = () => new RegexTarget(),
        ["block"] = () => new BlockTarget(),
        ["block-index"] = () => new BlockIndexTarget(),
        ["parquet-page"] = () => new ParquetPageTarget(),
        ["parquet-footer"] = () => new ParquetFooterTarget(),
        ["wal"] = () => new WalTarget(),
        ["config"] = () => new ConfigTarget(),
    };

    public static int Main(string[] args)
    {
        if (args.Length == 0 || !Targets.TryGetValue(args[0], out var make)) return Usage(args.Length == 0 ? "no target given" : $"unknown target {args[0]}");
        var seconds = 10;
        var seed = 1;
        string? input = null;
        for (var i = 1; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return Usage($"{args[i]} needs a value");
            if (args[i] == "--input") input = args[i + 1];
            else if (args[i] is not ("--seconds" or "--seed")) return Usage($"unknown option {args[i]}");
            else if (!int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return Usage($"{args[i]} needs a number");
            else if (args[i] == "--seconds") seconds = value;
            else seed = value;
        }

        if (input is not null && !File.Exists(input)) return Usage($"there is no file {input}");
        var fuzzer = new Fuzzer(args[0], make(), seed, TimeProvider.System);
        return input is null ? fuzzer.Run(TimeSpan.FromSeconds(seconds)) : fuzzer.Replay(input);
    }

    private static int Usage(string problem)
    {
        Console.Error.WriteLine($"{problem}\nusage: Rubato.Fuzz <target> [--seconds N] [--seed S] [--input FILE]\ntargets: {string.Join(", ", Targets.Keys)}");
        return 2;
    }
}
