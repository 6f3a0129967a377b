using System.Diagnostics;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Clients;

/// <summary>A sample as this build made it, run as a person would run it.</summary>
internal static class SampleProgram
{
    public static ProcessStartInfo Start(string name, params string[] arguments)
    {
        // artifacts/bin/Rubato.IntegrationTests/<configuration>/ -> artifacts/bin/<name>/<configuration>/
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = Path.GetTempPath() };
        start.ArgumentList.Add(Path.Combine(own.Parent!.Parent!.FullName, name, own.Name, name + ".dll"));
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var key in start.Environment.Keys.Where(k => k.StartsWith("OTEL_", StringComparison.Ordinal) || k.StartsWith("RUBATO", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(key);
        return start;
    }

    /// <summary>Runs it to its end, which must be a good one; gives what it printed.</summary>
    public static async Task<string> RunAsync(string name, params string[] arguments)
    {
        var run = await ProcessRun.RunAsync(Start(name, arguments), TimeSpan.FromSeconds(90));
        Assert.True(run.ExitCode == 0, $"{name} ended with {run.ExitCode}\n{run.Output}\n{run.Error}");
        return run.Output;
    }
}
