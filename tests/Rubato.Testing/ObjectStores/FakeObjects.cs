using System.Collections.Concurrent;

namespace Rubato.Testing.ObjectStores;

/// <param name="Metadata">What came with it: x-amz-meta-..., tags, storage class.</param>
public sealed record FakeObject(string Key, byte[] Content, DateTimeOffset Modified, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>Where it is not the content's MD5: of an object that came in parts.</summary>
    public string? Tag { get; init; }
}

/// <summary>The objects of a fake store, in the order of their UTF-8 names, as clouds list them.</summary>
public sealed class FakeObjects
{
    private readonly ConcurrentDictionary<string, FakeObject> _objects = new(StringComparer.Ordinal);

    public IReadOnlyCollection<string> Keys => [.. _objects.Keys];

    public FakeObject? Find(string key) => _objects.GetValueOrDefault(key);

    public void Put(FakeObject stored) => _objects[stored.Key] = stored;

    public bool TryCreate(FakeObject stored) => _objects.TryAdd(stored.Key, stored);

    public bool Remove(string key) => _objects.TryRemove(key, out _);

    /// <summary>One page: names and folders together count, as in the real ones.</summary>
    /// <param name="from">The first name that may be in it; null for all.</param>
    /// <returns>The last name or folder of the page as the token of the next, null at the end.</returns>
    public (List<FakeObject> Objects, List<string> Folders, string? Next) Page(string prefix, string delimiter, string? after, string? from, int limit)
    {
        var objects = new List<FakeObject>();
        var folders = new List<string>();
        var last = "";
        foreach (var stored in _objects.Values.OrderBy(o => o.Key, Utf8Order.Instance))
        {
            if (!stored.Key.StartsWith(prefix, StringComparison.Ordinal)) continue;
            if (from is not null && Utf8Order.Instance.Compare(stored.Key, from) < 0) continue;
            var cut = delimiter.Length > 0 ? stored.Key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal) : -1;
            var name = cut >= 0 ? stored.Key[..(cut + delimiter.Length)] : stored.Key;
            // A folder that a page before has named holds names beyond that token.
            if (after is not null && (Utf8Order.Instance.Compare(name, after) <= 0 || (after.EndsWith('/') && name == after))) continue;
            if (cut >= 0 && folders.Count > 0 && folders[^1] == name) continue;
            if (objects.Count + folders.Count == limit) return (objects, folders, last);
            if (cut >= 0) folders.Add(name);
            else objects.Add(stored);
            last = name;
        }

        return (objects, folders, null);
    }

    private sealed class Utf8Order : IComparer<string>
    {
        public static Utf8Order Instance { get; } = new();

        public int Compare(string? x, string? y) =>
            System.Text.Encoding.UTF8.GetBytes(x!).AsSpan().SequenceCompareTo(System.Text.Encoding.UTF8.GetBytes(y!));
    }
}
