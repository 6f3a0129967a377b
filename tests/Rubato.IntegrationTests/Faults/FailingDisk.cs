using System.Diagnostics;
using Rubato.IntegrationTests.Harness;

namespace Rubato.IntegrationTests.Faults;

/// <summary>
/// A disk that fails on demand, under the real server: a small library loaded before the C library (failing-disk.c) makes chosen calls
/// on chosen files fail. Permissions cannot be tested otherwise where tests run as root, and an fsync cannot be made to fail at all.
/// </summary>
internal sealed class FailingDisk : IDisposable
{
    public const int Permission = 13;
    public const int InputOutput = 5;
    public const int Full = 28;

    /// <summary>On read: the file ends here. On write: half is written.</summary>
    public const int Short = 0;

    private readonly TestFolder _folder = new();

    private string Library => Path.Combine(_folder.Path, "failing-disk.so");

    private string Rules => Path.Combine(_folder.Path, "rules");

    public static async Task<FailingDisk> CreateAsync()
    {
        Requires.That(OperatingSystem.IsLinux(), "calls are made to fail with LD_PRELOAD, which is Linux");
        Requires.CCompiler();
        var disk = new FailingDisk();
        var source = Requires.RepositoryFolder("tests", "Rubato.IntegrationTests", "Faults", "failing-disk.c");
        var run = await ProcessRun.RunAsync(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-O1", "-o", disk.Library, source, "-ldl"]), TimeSpan.FromSeconds(60));
        Assert.True(run.ExitCode == 0, run.Error);
        return disk;
    }

    public RubatoSettings Under(RubatoSettings settings)
    {
        settings.Environment["LD_PRELOAD"] = Library;
        settings.Environment["FAILING_DISK"] = Rules;
        return settings;
    }

    /// <summary>From now on this call fails on files whose path holds <paramref name="pathPart"/>.</summary>
    public void Fail(string call, int error, string pathPart)
    {
        // Whole at once: the server may read it at any time.
        File.WriteAllText(Rules + ".new", $"{call} {error} {pathPart}\n");
        File.Move(Rules + ".new", Rules, overwrite: true);
    }

    public void Work() => File.Delete(Rules);

    public void Dispose() => _folder.Dispose();
}
