namespace Rubato.IntegrationTests.Harness;

/// <summary>
/// What some tests need from the machine. Where it is absent the test is skipped and says why; with
/// RUBATO_TEST_REQUIRE_ALL=1, as in CI, its absence is a failure, so that nothing is skipped unnoticed.
/// </summary>
internal static class Requires
{
    public static void NodeClients()
    {
        var folder = RepositoryFolder("tests", "integration-clients");
        That(OnPath("node"), "node is not installed");
        That(Directory.Exists(Path.Combine(folder, "node_modules", "@opentelemetry")), "run 'npm ci' in tests/integration-clients first");
    }

    public static void Root() =>
        That(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root on Linux can mount a small file system");

    public static void CCompiler() => That(OnPath("cc"), "no C compiler (cc) is installed");

    public static void That(bool present, string reason)
    {
        if (present) return;
        if (Environment.GetEnvironmentVariable("RUBATO_TEST_REQUIRE_ALL") == "1") Assert.Fail($"RUBATO_TEST_REQUIRE_ALL is set, but {reason}");
        Assert.Skip(reason);
    }

    /// <summary>A path below the folder that holds Rubato.slnx.</summary>
    public static string RepositoryFolder(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Rubato.slnx"))) return Path.Combine([folder.FullName, .. parts]);
        }

        throw new DirectoryNotFoundException("no folder above the tests holds Rubato.slnx");
    }

    public static bool OnPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
