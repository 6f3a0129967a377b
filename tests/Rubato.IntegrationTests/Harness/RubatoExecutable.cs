using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Rubato.IntegrationTests.Harness;

/// <summary>
/// The program under test: what RUBATO_EXE names (a published <c>rubato.dll</c> or executable), else what this build made.
/// </summary>
internal static class RubatoExecutable
{
    public static string FilePath { get; } = Find();

    public static ProcessStartInfo Start(IEnumerable<string> arguments, string workingDirectory)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (FilePath.EndsWith(".dll", StringComparison.Ordinal))
        {
            start.FileName = DotnetHost();
            start.ArgumentList.Add(FilePath);
        }
        else
        {
            start.FileName = FilePath;
        }

        foreach (var argument in arguments) start.ArgumentList.Add(argument);

        // The server's own variables must come from the test, not from whoever runs it.
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("OTEL_", StringComparison.Ordinal) || k.StartsWith("RUBATO_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);
        return start;
    }

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("RUBATO_EXE") is { Length: > 0 } named)
            return File.Exists(named) ? Path.GetFullPath(named) : throw new FileNotFoundException("RUBATO_EXE names a file that does not exist", named);

        // artifacts/bin/Rubato.IntegrationTests/<configuration>/ -> artifacts/bin/Rubato/<configuration>/
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var built = Path.Combine(own.Parent!.Parent!.FullName, "Rubato", own.Name, "rubato.dll");
        return File.Exists(built) ? built : throw new FileNotFoundException("build src/Rubato first, or set RUBATO_EXE", built);
    }

    private static string DotnetHost()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        var host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(host) ? host : "dotnet";
    }
}
