using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Rubato.Storage.ObjectStores;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>A store with a clock of its own and faults. Passes the same contract as the real ones.</summary>
public sealed class MemoryObjectStore(TimeProvider time) : IObjectStore
{
    private readonly ConcurrentDictionary<string, (byte[] Content, DateTimeOffset Modified)> _objects = new(StringComparer.Ordinal);

    public string Backend => "memory";

    /// <summary>Runs before each call with "get", "put", "list" or "delete" and the key: throws, or does something in between.</summary>
    public Action<string, string> Before { get; set; } = (_, _) => { };

    /// <summary>Runs after each call that changed something, with "put" or "delete": an answer that gets lost.</summary>
    public Action<string, string> After { get; set; } = (_, _) => { };

    /// <summary>A key that listings leave out, as a store does whose listing lags behind.</summary>
    public string? Unlisted { get; set; }

    public List<string> Calls { get; } = [];

    public ICollection<string> Keys => _objects.Keys;

    public ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(Get(key));
    }

    public ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default)
    {
        var content = Get(key);
        if (offset + into.Length > content.Length)
            throw new EndOfStreamException(key);
        content.AsMemory((int)offset, into.Length).CopyTo(into);
        return ValueTask.CompletedTask;
    }

    public ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default)
    {
        Enter("get", key);
        return new(_objects.TryGetValue(key, out var found) ? new ObjectInfo(key, found.Content.Length, found.Modified) : null);
    }

    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Enter("put", key);
        cancellationToken.ThrowIfCancellationRequested();
        _objects[key] = (content.ToArray(), time.GetUtcNow());
        After("put", key);
        return ValueTask.CompletedTask;
    }

    public async ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default)
    {
        var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        await PutAsync(key, copy.ToArray(), cancellationToken);
    }

    public async ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        await PutAsync(key, await File.ReadAllBytesAsync(path, cancellationToken), cancellationToken);
        File.Delete(path);
    }

    public ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        Enter("put", key);
        var created = _objects.TryAdd(key, (content.ToArray(), time.GetUtcNow()));
        After("put", key);
        return new(created);
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Enter("list", prefix);
        foreach (var (key, found) in _objects)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (key.StartsWith(prefix, StringComparison.Ordinal) && key != Unlisted)
                yield return new ObjectInfo(key, found.Content.Length, found.Modified);
        }

        await Task.CompletedTask;
    }

    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Enter("list", prefix);
        var below = _objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..]);
        foreach (var name in below.Where(rest => rest.Contains('/')).Select(rest => rest[..rest.IndexOf('/')]).Distinct())
            yield return name;
        await Task.CompletedTask;
    }

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        Enter("delete", key);
        _objects.TryRemove(key, out _);
        After("delete", key);
        return ValueTask.CompletedTask;
    }

    private byte[] Get(string key)
    {
        Enter("get", key);
        return _objects.TryGetValue(key, out var found) ? found.Content : throw new ObjectNotFoundException("memory", key);
    }

    private void Enter(string call, string key)
    {
        if (call == "list")
            ObjectKey.CheckPrefix(key);
        else
            ObjectKey.Check(key);
        lock (Calls)
            Calls.Add($"{call} {key}");
        Before(call, key);
    }
}
