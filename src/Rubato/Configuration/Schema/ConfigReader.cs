using Rubato.Configuration.Yaml;

namespace Rubato.Configuration.Schema;

/// <summary>
/// Walks a file along its description and collects values, errors and warnings; it never stops at the first mistake.
/// </summary>
/// <param name="root">What the file may hold.</param>
/// <param name="source">The file's name, for messages.</param>
/// <param name="prefix">Put before paths in messages where the root is not the file's root.</param>
/// <param name="isStrict">Whether an unknown key is an error.</param>
internal sealed class ConfigReader(SchemaSection root, string source, string prefix, bool isStrict, ConfigValues values, ConfigProblems problems)
{
    /// <summary>A key that exists in more places than this says nothing about where this one was meant.</summary>
    private const int MaxPlaces = 3;

    private const string NoEffect = "is accepted but has no effect yet";

    private readonly List<OlderSpelling> _olderSpellings = [];

    /// <summary>A key under an older name, and where it belongs.</summary>
    public readonly record struct OlderSpelling(string Path, string Preferred, int Line, YamlNode Node);

    public IReadOnlyList<OlderSpelling> OlderSpellings => _olderSpellings;

    public void Read(YamlNode? node, bool isNoted = false)
    {
        if (node is null or YamlScalar { IsNull: true })
            return;
        if (node is not YamlMap map)
        {
            Error(node.Line, "", "expected keys and values");
            return;
        }

        ReadSection(root, map, path: "", isNoted);

        // Last, so that the preferred spelling wins wherever it stands.
        foreach (var older in _olderSpellings)
            ReadOlderSpelling(older);
    }

    private void ReadSection(SchemaSection section, YamlMap map, string path, bool isNoted)
    {
        foreach (var (key, node) in map.Entries)
        {
            var keyPath = ConfigValues.Join(path, key.Text);
            if (section.TryGet(key.Text, out var child))
                ReadChild(child, node, path, key, isNoted);
            else if (section.TakesDashes && section.TryGet(key.Text.Replace('-', '_'), out child))
                ReadChild(child, node, path, key with { Text = key.Text.Replace('-', '_') }, isNoted);
            else if (section.AliasOf?.Invoke(key.Text) is { } preferred && root.Find(preferred) is not null)
                _olderSpellings.Add(new OlderSpelling(keyPath, preferred, key.Line, node));
            else if (section.AcceptsAnything)
                Warn(key.Line, keyPath, NoEffect);
            else
                Unknown(section, key, keyPath);
        }
    }

    private void ReadChild(SchemaNode child, YamlNode node, string parent, YamlScalar key, bool isNoted)
    {
        var path = ConfigValues.Join(parent, key.Text);
        switch (child)
        {
            case SchemaSection section:
                ReadChildSection(section, node, parent, key, isNoted);
                break;
            case SchemaValue value when node is not YamlScalar { IsNull: true }:
                ReadValue(value, node, path, path, key.Line, isNoted);
                break;
        }
    }

    private void ReadChildSection(SchemaSection section, YamlNode node, string parent, YamlScalar key, bool isNoted)
    {
        var path = ConfigValues.Join(parent, key.Text);
        values.SetSection(parent, key.Text, key.Line);
        var isNull = node is YamlScalar { IsNull: true };

        // A receiver that is only named is still asked for.
        if (!isNoted && !section.HasEffect && (!isNull || path.StartsWith("distributor.receivers.", StringComparison.Ordinal)))
        {
            Warn(key.Line, path, NoEffect);
            isNoted = true;
        }

        if (node is YamlMap map)
            ReadSection(section, map, path, isNoted);
        else if (!isNull)
            Error(node.Line, path, $"expected a section with keys, found a {(node is YamlList ? "list" : "single value")}");
    }

    /// <param name="path">Where the value belongs.</param>
    /// <param name="shown">What the person wrote, for messages.</param>
    private void ReadValue(SchemaValue schema, YamlNode node, string path, string shown, int line, bool isNoted)
    {
        if (schema.Prefer is { } preferred)
            Warn(line, shown, $"older key; prefer {preferred}");
        if (!schema.HasEffect && !isNoted && schema.Prefer is null)
            Warn(line, shown, NoEffect);

        if (schema.Kind == ValueKind.SectionList)
        {
            ReadList(schema.Element!, node, path, shown, line);
            return;
        }

        if (!ValueReader.TryRead(schema, node, out var value, out var error))
        {
            Error(node.Line, shown, error);
            return;
        }

        if (schema.Kind == ValueKind.Duration && node is YamlScalar { Text: var text } && ConfigDuration.IsBareNanoseconds(text))
            Warn(line, shown, $"{text} without a unit is nanoseconds; for seconds write {text}s");
        values.Set(path, value, source, line);
    }

    private void ReadList(SchemaSection element, YamlNode node, string path, string shown, int line)
    {
        if (node is not YamlList list)
        {
            Error(node.Line, shown, "expected a list");
            return;
        }

        var items = new List<ConfigValues>();
        for (var i = 0; i < list.Items.Count; i++)
        {
            var item = new ConfigValues();
            var reader = new ConfigReader(element, source, Shown($"{shown}[{i}]"), isStrict, item, problems);
            reader.Read(list.Items[i], isNoted: true);
            items.Add(item);
        }

        values.Set(path, items, source, line);
    }

    private void ReadOlderSpelling(OlderSpelling older)
    {
        if (values.Contains(older.Preferred))
        {
            Warn(older.Line, older.Path, $"ignored, since {older.Preferred} is set too");
            return;
        }

        Warn(older.Line, older.Path, $"older key; prefer {Shown(older.Preferred)}");
        switch (root.Find(older.Preferred))
        {
            case SchemaValue value when older.Node is not YamlScalar { IsNull: true }:
                ReadValue(value, older.Node, older.Preferred, older.Path, older.Line, isNoted: false);
                break;
            case SchemaSection section when older.Node is YamlMap map:
                ReadSection(section, map, older.Preferred, isNoted: false);
                break;
            case SchemaSection when older.Node is not YamlScalar { IsNull: true }:
                Error(older.Line, older.Path, "expected a section with keys");
                break;
        }
    }

    private void Unknown(SchemaSection section, YamlScalar key, string path)
    {
        var hint = DidYouMean.Hint(key.Text, section.Keys);
        if (hint.Length == 0 && FindElsewhere(root, key.Text, "").Take(MaxPlaces + 1).ToArray() is { Length: > 0 and <= MaxPlaces } places)
            hint = $"; it belongs under {string.Join(" or ", places.Select(ParentOf))}";
        var message = "unknown key" + hint;
        if (isStrict)
            Error(key.Line, path, message);
        else
            Warn(key.Line, path, message + " (ignored)");
    }

    private string ParentOf(string path) => path.LastIndexOf('.') is var dot and > 0 ? Shown(path[..dot]) : "the root of the file";

    private static IEnumerable<string> FindElsewhere(SchemaSection section, string key, string path)
    {
        foreach (var name in section.Keys)
        {
            section.TryGet(name, out var child);
            if (name == key)
                yield return ConfigValues.Join(path, name);
            if (child is not SchemaSection inner)
                continue;
            foreach (var found in FindElsewhere(inner, key, ConfigValues.Join(path, name)))
                yield return found;
        }
    }

    private string Shown(string path) => prefix.Length == 0 ? path : path.Length == 0 ? prefix : $"{prefix}.{path}";

    private void Error(int line, string path, string message) => problems.Errors.Add(new ConfigProblem(source, line, Shown(path), message));

    private void Warn(int line, string path, string message) => problems.Warnings.Add(new ConfigProblem(source, line, Shown(path), message));
}
