#!/usr/bin/env dotnet
// Developer commands: dotnet run dev.cs -- build|test|bench|stages|measure|generator|receivers|overload|ui|soak|screenshots|up|load|fuzz|simulate|oracle|conform [arguments]. Each prints its help with --help.
// Thin on purpose: every command is one line that can also be typed by hand, and CI calls the same tools.
using System.Diagnostics;
using System.Runtime.CompilerServices;

Directory.SetCurrentDirectory(Path.GetDirectoryName(Here())!);

Command[] commands =
[
    new("build", "[--debug]", "Builds everything, warnings as errors.",
        a => Dotnet("build", "Rubato.slnx", "-c", Configuration(ref a))),
    new("test", "[unit|simulation|integration|browser] [--debug] [arguments of the test runner]", "Runs the tests, such as: test unit --filter-class '*ParserTests'",
        a =>
        {
            var which = Take(ref a, "unit", "simulation", "integration", "browser");
            var configuration = Configuration(ref a);
            var projects = which switch
            {
                "unit" => ["Rubato.UnitTests"],
                "simulation" => ["Rubato.SimulationTests"],
                "integration" => ["Rubato.IntegrationTests"],
                "browser" => ["Rubato.BrowserTests"],
                _ => (string[])["Rubato.UnitTests", "Rubato.SimulationTests", "Rubato.IntegrationTests", "Rubato.BrowserTests"],
            };
            if (projects.Contains("Rubato.IntegrationTests") && !Directory.Exists("tests/integration-clients/node_modules") && Run("npm", "ci", "--prefix", "tests/integration-clients") != 0)
                Console.Error.WriteLine("dev: without its clients the tests of the Node SDK are skipped");
            var worst = 0;
            foreach (var project in projects) worst = Math.Max(worst, Dotnet(["test", "--project", "tests/" + project, "-c", configuration, .. a]));
            return worst;
        }),
    new("bench", "[arguments of BenchmarkDotNet]", "Runs micro benchmarks, such as: bench --filter '*OtlpReader*'",
        a => Dotnet(["run", "--project", "bench/Rubato.Benchmarks", "-c", "Release", "--", .. a])),
    new("stages", "[--stages NAMES] [--long]", "Measures each stage of a span's life alone, in short form; writes a table to bench/results.",
        a => Run(["python3", "bench/stages.py", .. a])),
    new("measure", "[--runs grpc:20000] [--spans N]", "Measures a published server under load; writes a table to bench/results.",
        a => Run(["python3", "bench/measure.py", "--build", .. a])),
    new("generator", "[--only cpu|graph|series] [--rounds N]", "Measures what metrics from spans cost, and the service graph.",
        a => Run(["python3", "bench/generator.py", "--build", .. a])),
    new("receivers", "[--senders NAMES] [--rounds N]", "Measures what a span costs by each protocol; writes a table to bench/results.",
        a => Run(["python3", "bench/receivers.py", "--build", .. a])),
    new("overload", "[--only many,twice,fairness] [--rounds N]", "Measures many connections, too much load, and an unfair tenant; writes a table to bench/results.",
        a => Run(["python3", "bench/overload.py", "--build", .. a])),
    new("ui", "", "Measures pages of the web UI with Chromium; writes a table to bench/results.",
        a => Run(["python3", "bench/ui.py", "--build", .. a])),
    new("up", "[arguments of rubato]", "Starts the server from source, such as: up --demo",
        a => Dotnet(["run", "--project", "src/Rubato", "-c", "Release", "--", .. a])),
    new("load", "[arguments of rubato load]", "Sends generated spans to a running server, such as: load --spans 1000000 --rate 0",
        a => Dotnet(["run", "--project", "src/Rubato", "-c", "Release", "--", "load", .. a])),
    new("fuzz", "TARGET [--seconds N] [--seed S]", "Runs one fuzz target; without one, lists them.",
        a => Dotnet(["run", "--project", "tests/Rubato.Fuzz", "-c", "Release", "--", .. a])),
    new("simulate", "[--seeds N] [--first S] [--steps N]", "Runs the randomised fault test on N seeds (1000) from S (1) on; prints what it finds with the seed.",
        a =>
        {
            for (var i = 0; i < a.Length; i += 2)
            {
                if (i + 1 == a.Length || a[i] is not ("--seeds" or "--first" or "--steps")) return Fail($"simulate does not know '{a[i]}'; it takes --seeds N, --first S and --steps N");
                Environment.SetEnvironmentVariable("RUBATO_SIMULATION_" + a[i][2..].ToUpperInvariant(), a[i + 1]);
            }

            if (!a.Contains("--seeds")) Environment.SetEnvironmentVariable("RUBATO_SIMULATION_SEEDS", "1000");
            return Dotnet("run", "--project", "tests/Rubato.SimulationTests", "-c", "Release", "--", "-method", "*Every_acknowledged_span*", "-showLiveOutput");
        }),
    new("soak", "[--minutes N] [--rate N] [--seed S]", "Loads, questions and kills a published server for N minutes (30); checks every span; writes a table to bench/results.",
        a => Run(["python3", "bench/soak.py", "--build", .. a])),
    new("screenshots", "", "Takes the pictures of docs/ui.md with Chromium (docs/images).",
        a =>
        {
            if (Dotnet("publish", "src/Rubato", "-c", "Release", "-o", "artifacts/publish/rubato") is not 0 and var failed) return failed;
            Environment.SetEnvironmentVariable("RUBATO_EXE", Path.GetFullPath("artifacts/publish/rubato/rubato.dll"));
            Environment.SetEnvironmentVariable("RUBATO_RECORD_SCREENSHOTS", "1");
            return Dotnet("run", "--project", "tests/Rubato.BrowserTests", "-c", "Release", "--", "-class", "Rubato.BrowserTests.ScreenshotTests");
        }),
    new("oracle", "[--spans N] [--seed S] [--compacted] [FILE]", "Compares our reader, ParquetSharp and DuckDB on a new block of N spans (2,000,000), or on a data.parquet.",
        a => Dotnet(["run", "--project", "tests/Rubato.Oracles", "-c", "Release", "--", .. a])),
    new("conform", "HTTP-ADDRESS OTLP-HTTP-ADDRESS [arguments of conform.py]", "Compares a running server with an empty store to recorded answers of Tempo (data in ../shared, or RUBATO_SHARED).",
        a =>
        {
            if (a.Length < 2) return Fail("conform needs two addresses, such as: conform http://127.0.0.1:3200 http://127.0.0.1:4318");
            var data = Path.Combine(Environment.GetEnvironmentVariable("RUBATO_SHARED") ?? Path.Combine("..", "shared"), "conformance");
            return Run([
                "python3", Path.Combine(data, "conform.py"), "--base-url", a[0], "--otlp-url", a[1],
                "--dataset", Path.Combine(data, "public.dataset.json"), "--cases", Path.Combine(data, "public.cases.json"), .. a[2..],
            ]);
        }),
];

if (args.Length == 0 || args[0] is "help" or "-h" or "--help") return Help(0);
var command = commands.FirstOrDefault(c => c.Name == args[0]);
if (command is null)
{
    Console.Error.WriteLine($"dev: no command {args[0]}");
    return Help(2);
}

if (args.Length > 1 && args[1] is "-h" or "--help")
{
    Console.WriteLine($"dotnet run dev.cs -- {command.Name} {command.Arguments}\n{command.What}");
    return 0;
}

return command.Execute(args[1..]);

int Help(int code)
{
    var output = code == 0 ? Console.Out : Console.Error;
    output.WriteLine("dotnet run dev.cs -- COMMAND [arguments]");
    foreach (var c in commands) output.WriteLine($"  {c.Name,-11} {c.What}");
    return code;
}

static int Fail(string problem)
{
    Console.Error.WriteLine("dev: " + problem);
    return 2;
}

static string Configuration(ref string[] arguments) => Take(ref arguments, "--debug") is null ? "Release" : "Debug";

// Takes the first of these words out of the arguments.
static string? Take(ref string[] arguments, params string[] words)
{
    var at = Array.FindIndex(arguments, words.Contains);
    if (at < 0) return null;
    var found = arguments[at];
    arguments = [.. arguments[..at], .. arguments[(at + 1)..]];
    return found;
}

static int Dotnet(params string[] arguments) => Run(["dotnet", .. arguments]);

static int Run(params string[] line)
{
    Console.Error.WriteLine("> " + string.Join(' ', line));
    using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]));
    if (process is null) return Fail($"cannot start {line[0]}");
    // Ctrl+C reaches the child too, which ends in its own way.
    Console.CancelKeyPress += (_, pressed) => pressed.Cancel = true;
    process.WaitForExit();
    return process.ExitCode;
}

static string Here([CallerFilePath] string path = "") => path;

internal sealed record Command(string Name, string Arguments, string What, Func<string[], int> Execute);
