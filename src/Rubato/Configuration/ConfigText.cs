using Rubato.Configuration.Yaml;

namespace Rubato.Configuration;

/// <summary>Reads a YAML file with its variables expanded as the command line asked.</summary>
internal sealed class ConfigText(EnvironmentExpansionMode mode, Func<string, string?> environment)
{
    /// <summary>A configuration is some kilobytes; overrides of thousands of tenants are some megabytes.</summary>
    private const long MaxFileBytes = 64 << 20;

    private readonly EnvironmentExpansion _expansion = new(environment);

    /// <summary>Null with an error added, or null for an empty file.</summary>
    public YamlNode? ReadFile(string path, List<ConfigProblem> errors)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes })
                errors.Add(new ConfigProblem(path, 0, "", $"larger than {MaxFileBytes >> 20} MiB"));
            else
                return Read(File.ReadAllText(path), path, errors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Add(new ConfigProblem(path, 0, "", e is FileNotFoundException or DirectoryNotFoundException ? "no such file" : $"cannot be read: {e.Message}"));
        }

        return null;
    }

    public YamlNode? Read(string text, string name, List<ConfigProblem> errors)
    {
        try
        {
            var expanded = mode == EnvironmentExpansionMode.Everything ? _expansion.Expand(text) : text;
            return YamlFile.Read(expanded, name, ExpandScalar, errors);
        }
        catch (FormatException e)
        {
            errors.Add(new ConfigProblem(name, 0, "", e.Message));
            return null;
        }
    }

    private string ExpandScalar(string value) =>
        mode == EnvironmentExpansionMode.WholeScalars && _expansion.TryExpandScalar(value, out var expanded) ? expanded : value;
}
