namespace Rubato.Configuration.Yaml;

/// <summary>A piece of the file that remembers where it stood.</summary>
internal abstract record YamlNode(int Line);
