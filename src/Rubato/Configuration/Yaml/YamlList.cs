namespace Rubato.Configuration.Yaml;

internal sealed record YamlList(int Line, IReadOnlyList<YamlNode> Items) : YamlNode(Line);
