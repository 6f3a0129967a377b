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

    /// <summary>A person asked for new files: they are written first, then read like the old ones.</summary>
    public static bool RecordingAsked => Environment.GetEnvironmentVariable("RUBATO_RECORD_GOLDEN") == "1";
}
