using System.Diagnostics.CodeAnalysis;

namespace Rubato.Configuration;

/// <summary>
/// What somebody set, by full path: from the file, then flags. A path that is absent has its default.
/// Sections that were named are kept too, since naming a receiver's protocol starts it.
/// </summary>
internal sealed class ConfigValues
{
    private readonly Dictionary<string, ConfigValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _sections = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Key)> _sectionOrder = [];

    /// <summary>The file that was read, for messages about sections.</summary>
    public string File { get; set; } = "";

    public static string Join(string path, string key) => path.Length == 0 ? key : path + "." + key;

    public void Set(string path, object? value, string source, int line) => _values[path] = new ConfigValue(value, source, line);

    public void Remove(string path) => _values.Remove(path);

    public bool TryGet(string path, [NotNullWhen(true)] out object? value)
    {
        value = _values.TryGetValue(path, out var found) ? found.Value : null;
        return value is not null;
    }

    public bool Contains(string path) => _values.ContainsKey(path);

    /// <summary>Where the value came from, for a message; the path's own place, or nowhere.</summary>
    public (string Source, int Line) Origin(string path) =>
        _values.TryGetValue(path, out var found) ? (found.Source, found.Line) : (File, _sections.GetValueOrDefault(path));

    public void SetSection(string parent, string key, int line)
    {
        if (_sections.TryAdd(Join(parent, key), line))
            _sectionOrder.Add((parent, key));
    }

    public bool HasSection(string path) => _sections.ContainsKey(path);

    /// <summary>Names of the sections directly under a path, in the order of the file.</summary>
    public IEnumerable<string> SectionsUnder(string path) =>
        _sectionOrder.Where(section => section.Path == path).Select(section => section.Key);

    /// <summary>Every value that somebody set, with the keys that end so.</summary>
    public IEnumerable<(string Path, object? Value)> EndingWith(string suffix) =>
        _values.Where(entry => entry.Key.EndsWith(suffix, StringComparison.Ordinal)).Select(entry => (entry.Key, entry.Value.Value));

    private readonly record struct ConfigValue(object? Value, string Source, int Line);
}
