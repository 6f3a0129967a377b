namespace Rubato.Configuration.Yaml;

/// <param name="Line">Where it stood, from 1.</param>
/// <param name="Text">The text, without quotes.</param>
/// <param name="IsPlain">Written without quotes: only then can it be null.</param>
internal sealed record YamlScalar(int Line, string Text, bool IsPlain) : YamlNode(Line)
{
    public bool IsNull => IsPlain && Text is "" or "~" or "null" or "Null" or "NULL";
}
