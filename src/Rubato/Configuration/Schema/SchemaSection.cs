namespace Rubato.Configuration.Schema;

/// <summary>A map with known keys.</summary>
internal sealed class SchemaSection : SchemaNode
{
    private readonly Dictionary<string, SchemaNode> _children = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    /// <summary>Keys in the order in which they are printed.</summary>
    public IReadOnlyList<string> Keys => _order;

    /// <summary>Whether a key may carry a name of its own behind a slash: <c>otlp/second</c>.</summary>
    public bool HasNamedChildren { get; set; }

    /// <summary>Where a key that is not known here really belongs: the full path of its preferred spelling, or null.</summary>
    public Func<string, string?>? AliasOf { get; set; }

    /// <summary>Keys may be spelt with dashes too, as the documentation of some of them does.</summary>
    public bool TakesDashes { get; set; }

    /// <summary>Unknown keys are read past, with a warning: a role of another version.</summary>
    public bool AcceptsAnything { get; set; }

    /// <summary>A section that another one stands in for; it prints nothing.</summary>
    public bool IsHidden { get; set; }

    public bool TryGet(string key, out SchemaNode node)
    {
        if (HasNamedChildren && key.IndexOf('/', StringComparison.Ordinal) is var slash and > 0)
            key = key[..slash];
        return _children.TryGetValue(key, out node!);
    }

    public void Add(string key, SchemaNode node)
    {
        if (_children.TryAdd(key, node))
            _order.Add(key);
        else
            throw new InvalidOperationException($"'{key}' is described twice");
    }

    /// <summary>The section at a relative path, made on the way.</summary>
    public SchemaSection Section(string path)
    {
        var section = this;
        foreach (var part in path.Split('.', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!section._children.TryGetValue(part, out var child))
                section.Add(part, child = new SchemaSection());
            section = (SchemaSection)child;
        }

        return section;
    }

    /// <summary>The description at a relative path, or null.</summary>
    public SchemaNode? Find(string path)
    {
        SchemaNode node = this;
        foreach (var part in path.Split('.'))
        {
            if (node is not SchemaSection section || !section.TryGet(part, out node))
                return null;
        }

        return node;
    }

    /// <summary>Whether anything in here does something in this version.</summary>
    public bool HasEffect => (IsHidden && AliasOf is not null) || _children.Values.Any(child => child switch
    {
        SchemaSection section => section.HasEffect,
        SchemaValue value => value.HasEffect,
        _ => false,
    });
}
