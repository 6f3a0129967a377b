using Rubato.Configuration;

namespace Rubato.UnitTests.Configuration;

/// <summary>Loads configurations from text, as the tests write them.</summary>
internal static class Configs
{
    public static ConfigResult Load(string text, params (string Name, string Value)[] environment) =>
        Load(new ConfigSource { Path = "tempo.yaml", Text = text }, environment);

    public static ConfigResult Load(ConfigSource source, params (string Name, string Value)[] environment) =>
        ConfigLoader.Load(source, name => environment.FirstOrDefault(one => one.Name == name).Value);

    /// <summary>A file below <c>tests/data/config</c>.</summary>
    public static string DataFile(string name)
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Rubato.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no repository above the tests");
        return Path.Combine(folder, "tests", "data", "config", name);
    }
}
