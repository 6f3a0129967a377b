namespace Rubato.Configuration.Yaml;

/// <summary>In the order of the file. A duplicate key is reported by the reader; the first one stays.</summary>
internal sealed record YamlMap(int Line, IReadOnlyList<KeyValuePair<YamlScalar, YamlNode>> Entries) : YamlNode(Line);
