using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rubato.Configuration.Yaml;

/// <summary>
/// Reads YAML text into nodes with line numbers. Our own small tree since the library's stops at the first duplicate key,
/// and a person wants all mistakes at once.
/// </summary>
internal sealed class YamlFile
{
    private const int MaxDepth = 100;

    /// <summary>Aliases of aliases can turn a small file into billions of nodes.</summary>
    private const int MaxNodes = 1_000_000;

    private readonly Dictionary<string, (YamlNode Node, int Size)> _anchors = [];
    private readonly Parser _parser;
    private readonly string _name;
    private readonly List<ConfigProblem> _problems;
    private readonly Func<string, string> _expandScalar;
    private int _nodes;

    private YamlFile(string text, string name, Func<string, string> expandScalar, List<ConfigProblem> problems)
    {
        _parser = new Parser(new StringReader(text));
        _name = name;
        _problems = problems;
        _expandScalar = expandScalar;
    }

    /// <summary>The root, or null for an empty file and for one that is not YAML (then a problem was added).</summary>
    public static YamlNode? Read(string text, string name, Func<string, string> expandScalar, List<ConfigProblem> problems)
    {
        var file = new YamlFile(text, name, expandScalar, problems);
        try
        {
            return file.ReadDocument();
        }
        catch (YamlException e)
        {
            problems.Add(new ConfigProblem(name, (int)e.Start.Line, "", e.InnerException?.Message ?? e.Message));
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // The library's scanner gives up on some broken files with its own internal errors, which would tell a person nothing.
            problems.Add(new ConfigProblem(name, Math.Max(1, (int)(file._parser.Current?.Start.Line ?? 1)), "", "not valid YAML at or below this line"));
        }

        return null;
    }

    private YamlNode? ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
            return null;

        var root = ReadNode("", depth: 0);
        _parser.Consume<DocumentEnd>();
        if (!_parser.Accept<StreamEnd>(out _))
            _problems.Add(new ConfigProblem(_name, (int)_parser.Current!.Start.Line, "", "a second YAML document; only one is read"));
        return root;
    }

    private YamlNode ReadNode(string path, int depth)
    {
        var before = _nodes;
        var start = _parser.Current ?? throw new YamlException("unexpected end");
        var line = (int)start.Start.Line;
        if (depth > MaxDepth)
            throw new YamlException(start.Start, start.End, $"nested more than {MaxDepth} deep");

        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var known))
                throw new YamlException(start.Start, start.End, $"alias '*{alias.Value.Value}' has no anchor");
            Count(known.Size, start);
            return known.Node;
        }

        Count(1, start);
        YamlNode node = start switch
        {
            Scalar => ReadScalar(line),
            SequenceStart => ReadList(line, path, depth),
            MappingStart => ReadMap(line, path, depth),
            _ => throw new YamlException(start.Start, start.End, "unexpected content"),
        };
        if (start is NodeEvent { Anchor.IsEmpty: false } anchored)
            _anchors[anchored.Anchor.Value] = (node, _nodes - before);
        return node;
    }

    private YamlScalar ReadScalar(int line)
    {
        var scalar = _parser.Consume<Scalar>();
        return new YamlScalar(line, _expandScalar(scalar.Value), scalar.Style == ScalarStyle.Plain);
    }

    private YamlList ReadList(int line, string path, int depth)
    {
        var items = new List<YamlNode>();
        _parser.Consume<SequenceStart>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode($"{path}[{items.Count}]", depth + 1));
        return new YamlList(line, items);
    }

    private YamlMap ReadMap(int line, string path, int depth)
    {
        var entries = new List<KeyValuePair<YamlScalar, YamlNode>>();
        var merged = new List<YamlNode>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        _parser.Consume<MappingStart>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(path, depth + 1);
            var keyPath = ConfigValues.Join(path, (key as YamlScalar)?.Text ?? "?");
            var value = ReadNode(keyPath, depth + 1);
            if (key is not YamlScalar name)
                _problems.Add(new ConfigProblem(_name, key.Line, path, "a key must be a plain text"));
            else if (name is { IsPlain: true, Text: "<<" })
                merged.Add(value);
            else if (seen.TryAdd(name.Text, name.Line))
                entries.Add(new(name, value));
            else
                _problems.Add(new ConfigProblem(_name, name.Line, keyPath, $"duplicate key; it stands on line {seen[name.Text]} already"));
        }

        foreach (var entry in merged.SelectMany(MergedEntries))
        {
            if (seen.TryAdd(entry.Key.Text, entry.Key.Line))
                entries.Add(entry);
        }

        return new YamlMap(line, entries);
    }

    /// <summary><c>&lt;&lt;: *base</c>: what the map itself does not say.</summary>
    private IEnumerable<KeyValuePair<YamlScalar, YamlNode>> MergedEntries(YamlNode node)
    {
        switch (node)
        {
            case YamlMap map:
                return map.Entries;
            case YamlList list:
                return list.Items.SelectMany(MergedEntries);
            default:
                _problems.Add(new ConfigProblem(_name, node.Line, "<<", "only a map can be merged"));
                return [];
        }
    }

    private void Count(int nodes, ParsingEvent at)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
            throw new YamlException(at.Start, at.End, $"more than {MaxNodes} values after aliases");
    }
}
