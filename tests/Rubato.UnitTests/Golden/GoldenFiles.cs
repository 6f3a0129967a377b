using Xunit;

namespace Rubato.UnitTests.Golden;

/// <summary>Where the files of released formats are (tests/data/README.md), and whether to write them anew.</summary>
internal static class GoldenFiles
{
    public static string Folder(params string[] names)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Rubato.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no repository above the tests");
        return Path.Combine([folder, "tests", "data", .. names]);
    }

    /// <summary>Skips the test unless a person asked for new files.</summary>
    public static void RecordOnlyWhenAsked() =>
        Assert.SkipUnless(Environment.GetEnvironmentVariable("RUBATO_RECORD_GOLDEN") == "1", "set RUBATO_RECORD_GOLDEN=1 to write the files");
}
