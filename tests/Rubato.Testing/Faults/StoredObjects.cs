using System.Collections.Immutable;
using Rubato.Storage.ObjectStores;

namespace Rubato.Testing.Faults;

/// <summary>What lies in a simulated store, apart from any process that talks to it: a kill leaves it as it is. Safe for many threads.</summary>
public sealed class StoredObjects(TimeProvider time)
{
    private const int KeptVersions = 64;

    private readonly Lock _gate = new();

    // Every change makes a version; a stale list shows an old one.
    private readonly List<ImmutableSortedDictionary<string, StoredObject>> _versions = [ImmutableSortedDictionary.Create<string, StoredObject>(StringComparer.Ordinal)];

    public IReadOnlyCollection<string> Keys
    {
        get
        {
            lock (_gate) return [.. _versions[^1].Keys];
        }
    }

    public byte[]? Find(string key, out ObjectInfo info)
    {
        lock (_gate)
        {
            var found = _versions[^1].TryGetValue(key, out var value);
            info = found ? new ObjectInfo(key, value!.Content.Length, value.Modified) : default;
            return value?.Content;
        }
    }

    public void Put(string key, byte[] content)
    {
        lock (_gate) Change(_versions[^1].SetItem(key, new StoredObject(content, time.GetUtcNow())));
    }

    public bool TryCreate(string key, byte[] content)
    {
        lock (_gate)
        {
            if (_versions[^1].ContainsKey(key)) return false;
            Change(_versions[^1].Add(key, new StoredObject(content, time.GetUtcNow())));
            return true;
        }
    }

    public void Delete(string key)
    {
        lock (_gate) Change(_versions[^1].Remove(key));
    }

    /// <summary>All objects under the prefix, as they were so many changes ago.</summary>
    public List<ObjectInfo> List(string prefix, int changesAgo = 0)
    {
        lock (_gate)
        {
            return
            [
                .. _versions[Math.Max(0, _versions.Count - 1 - changesAgo)]
                    .Where(o => o.Key.StartsWith(prefix, StringComparison.Ordinal))
                    .Select(o => new ObjectInfo(o.Key, o.Value.Content.Length, o.Value.Modified)),
            ];
        }
    }

    private void Change(ImmutableSortedDictionary<string, StoredObject> next)
    {
        if (ReferenceEquals(next, _versions[^1])) return;
        _versions.Add(next);
        if (_versions.Count > KeptVersions) _versions.RemoveAt(0);
    }

    private sealed record StoredObject(byte[] Content, DateTimeOffset Modified);
}
