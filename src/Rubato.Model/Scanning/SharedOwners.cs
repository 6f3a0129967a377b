using Rubato.Model.Spans;

namespace Rubato.Model.Scanning;

/// <summary>What makes a resource or an instrumentation scope: two that say the same are one.</summary>
internal readonly struct OwnerIdentity(
    List<KeyValuePair<string, AttributeValue>>? attributes, string name, string version, string schemaUrl, uint dropped) : IEquatable<OwnerIdentity>
{
    public List<KeyValuePair<string, AttributeValue>>? Attributes => attributes;

    public string Name => name;

    public string Version => version;

    public string SchemaUrl => schemaUrl;

    public uint Dropped => dropped;

    public bool Equals(OwnerIdentity other)
    {
        if (Dropped != other.Dropped || Name != other.Name || Version != other.Version || SchemaUrl != other.SchemaUrl) return false;
        var (mine, theirs) = (Attributes, other.Attributes);
        if (mine is null || theirs is null) return mine is null && theirs is null;
        if (mine.Count != theirs.Count) return false;
        for (var i = 0; i < mine.Count; i++)
        {
            // Values of one code are one object, so this is mostly two comparisons of references.
            if (!ReferenceEquals(mine[i].Value, theirs[i].Value) && !mine[i].Value.Equals(theirs[i].Value)) return false;
            if (mine[i].Key != theirs[i].Key) return false;
        }

        return true;
    }

    public override bool Equals(object? obj) => obj is OwnerIdentity other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Name);
        hash.Add(Dropped);
        foreach (var (key, value) in Attributes ?? [])
        {
            hash.Add(key);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }
}

/// <summary>Resources or scopes seen so far; a run of rows with the same one costs a comparison each, no hashing.</summary>
internal sealed class SharedOwners<T>
    where T : class
{
    private readonly Dictionary<OwnerIdentity, T> _known = [];
    private OwnerIdentity _lastIdentity;
    private T? _last;

    public T GetOrAdd(OwnerIdentity identity, Func<OwnerIdentity, T> make)
    {
        if (_last is not null && identity.Equals(_lastIdentity)) return _last;
        if (!_known.TryGetValue(identity, out var owner)) _known[identity] = owner = make(identity);
        (_lastIdentity, _last) = (identity, owner);
        return owner;
    }
}
