using System.Globalization;

namespace Rubato.Configuration.Schema;

/// <summary>Reads <c>AcceptedKeys.txt</c>, whose head explains its form. A mistake in it is ours, so it throws.</summary>
internal sealed class AcceptedKeysReader
{
    private readonly record struct Line(int Indent, string Text);

    private readonly List<Line> _lines = [];
    private readonly Dictionary<string, (int Start, int End)> _blocks = new(StringComparer.Ordinal);

    private AcceptedKeysReader(string text)
    {
        foreach (var raw in text.Split('\n'))
        {
            var trimmed = raw.Trim();
            if (trimmed.Length > 0 && trimmed[0] != '#')
                _lines.Add(new Line(raw.Length - raw.TrimStart().Length, trimmed));
        }
    }

    public static void Describe(SchemaSection root)
    {
        using var stream = typeof(AcceptedKeysReader).Assembly.GetManifestResourceStream("Rubato.Configuration.AcceptedKeys.txt")!;
        using var reader = new StreamReader(stream);
        var keys = new AcceptedKeysReader(reader.ReadToEnd());
        keys.Read(0, keys._lines.Count, root);
    }

    private void Read(int start, int end, SchemaSection into)
    {
        for (var i = start; i < end;)
        {
            var (indent, text) = _lines[i];
            var children = i + 1;
            var next = children;
            while (next < end && _lines[next].Indent > indent)
                next++;

            if (text[0] == '@')
                _blocks[text[1..^1]] = (children, next);
            else if (text == "+ dashes")
                into.TakesDashes = true;
            else if (text[0] == '+')
                Read(_blocks[text[3..]].Start, _blocks[text[3..]].End, into);
            else
                ReadKey(text, children, next, into);
            i = next;
        }
    }

    private void ReadKey(string text, int start, int end, SchemaSection into)
    {
        var words = text.Split(' ', 3);
        var names = words[0].Split(',');
        if (words.Length > 1 && words[1][0] == '@')
            (start, end) = _blocks[words[1][1..]];
        else if (words.Length > 1)
        {
            foreach (var name in names)
                into.Add(name, Value(words[1], words.Length > 2 ? words[2] : ""));
            return;
        }

        var key = words[0];
        if (key.EndsWith("[]", StringComparison.Ordinal))
        {
            var element = new SchemaSection();
            Read(start, end, element);
            into.Add(key[..^2], new SchemaValue(ValueKind.SectionList) { Element = element });
            return;
        }

        var section = into.Section(key.TrimEnd('/'));
        section.HasNamedChildren |= key.EndsWith('/');
        Read(start, end, section);
    }

    private static SchemaValue Value(string kind, string rest)
    {
        var open = kind.IndexOf('(', StringComparison.Ordinal);
        var name = open < 0 ? kind : kind[..open];
        var argument = open < 0 ? "" : kind[(open + 1)..^1];
        var prefer = rest.IndexOf("prefer=", StringComparison.Ordinal);
        var isRange = argument.Contains("..", StringComparison.Ordinal);
        var bounds = isRange ? argument.Split("..") : ["", ""];
        var value = new SchemaValue(KindOf(name))
        {
            Min = bounds[0].Length > 0 ? double.Parse(bounds[0], CultureInfo.InvariantCulture) : double.NegativeInfinity,
            Max = bounds[1].Length > 0 ? double.Parse(bounds[1], CultureInfo.InvariantCulture) : double.PositiveInfinity,
            OneOf = isRange || argument.Length == 0 ? [] : argument.Split('|'),
            Prefer = prefer < 0 ? null : rest[(prefer + "prefer=".Length)..],
        };
        var text = (prefer < 0 ? rest : rest[..prefer]).Trim();
        value.Default = DefaultOf(value, text);
        return value;
    }

    private static object? DefaultOf(SchemaValue value, string text)
    {
        if (text.Length == 0)
            return value.Kind switch
            {
                ValueKind.Text or ValueKind.Secret when value.OneOf.Count == 0 || value.OneOf.Contains("") => "",
                ValueKind.TextList => Array.Empty<string>(),
                _ => null,
            };
        if (value.Kind == ValueKind.FloatList)
            return text.Trim('[', ']').Split(',').Select(one => double.Parse(one, CultureInfo.InvariantCulture)).ToArray();
        if (ValueReader.TryRead(value, text.Trim('[', ']'), out var parsed, out var error))
            return parsed;
        throw new InvalidOperationException($"AcceptedKeys.txt: default '{text}': {error}");
    }

    private static ValueKind KindOf(string name) => name switch
    {
        "bool" => ValueKind.Bool,
        "int" => ValueKind.Int,
        "bytes" => ValueKind.Bytes,
        "float" => ValueKind.Float,
        "text" or "one" => ValueKind.Text,
        "secret" => ValueKind.Secret,
        "dur" => ValueKind.Duration,
        "addr" => ValueKind.Endpoint,
        "list" => ValueKind.TextList,
        "floats" => ValueKind.FloatList,
        "map" => ValueKind.TextMap,
        "secretmap" => ValueKind.SecretMap,
        "bools" => ValueKind.BoolMap,
        "any" => ValueKind.Any,
        _ => throw new InvalidOperationException($"AcceptedKeys.txt: unknown kind '{name}'"),
    };
}
