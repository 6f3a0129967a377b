using System.Runtime.CompilerServices;
using Rubato.Storage.ObjectStores;

namespace Rubato.Testing.Faults;

/// <summary>
/// One process's view of a store with faults. The fault model (<see cref="StoreFault"/>; <paramref name="next"/> chooses, call by call):
/// <code>
///   whole objects   an object is there whole or not at all; no reader sees half of one that looks whole
///   errors          before the effect, or after it (the put succeeded and the answer was lost): the caller cannot tell which
///   short reads     part of the bytes, then an error; a list breaks off
///   delays          virtual time passes during the call (<see cref="Delay"/>), and other work of the process goes on (<see cref="Meanwhile"/>)
///   stale lists     a list shows the objects of up to <see cref="MaxChangesAgo"/> changes ago; get, head and create always see the present
///   twice           a put arrives twice
///   kill            before or after the effect; from then on nothing of this life reaches the store
/// </code>
/// Without faults it keeps the same contract as the real ones.
/// </summary>
/// <param name="objects">What is stored; outlives this view.</param>
/// <param name="life">The process that talks.</param>
/// <param name="next">Says what goes wrong with a call.</param>
/// <param name="random">How much of a short read arrives, how old a stale list is.</param>
public sealed class FaultyObjectStore(StoredObjects objects, ProcessLife life, Func<StoreCall, StoreFault> next, Random random) : IObjectStore
{
    private readonly Lock _gate = new();

    public string Backend => "faulty";

    public int MaxChangesAgo { get; init; } = 8;

    /// <summary>Lets virtual time pass for a slow call.</summary>
    public Action Delay { get; init; } = () => { };

    /// <summary>What the rest of the process does while a call is under way; awaited before the call has its effect.</summary>
    public Func<StoreCall, ValueTask> Meanwhile { get; init; } = _ => ValueTask.CompletedTask;

    public async ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        var fault = await EnterAsync(new StoreCall("get", key), cancellationToken);
        var content = Find(key);
        if (fault == StoreFault.ShortRead) throw BrokeOff(key, Share(content.Length), content.Length);
        Leave(fault, key);
        return [.. content];
    }

    public async ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var fault = await EnterAsync(new StoreCall("get", key), cancellationToken);
        var content = Find(key);
        if (offset + into.Length > content.Length) throw new EndOfStreamException($"{key} ends at {content.Length}, before {offset + into.Length}");
        var bytes = fault == StoreFault.ShortRead ? Share(into.Length) : into.Length;
        content.AsMemory((int)offset, bytes).CopyTo(into);
        if (fault == StoreFault.ShortRead) throw BrokeOff(key, bytes, into.Length);
        Leave(fault, key);
    }

    public async ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        var fault = await EnterAsync(new StoreCall("head", key), cancellationToken);
        Leave(fault, key);
        return objects.Find(key, out var info) is null ? null : info;
    }

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        var copy = content.ToArray();
        var fault = await EnterAsync(new StoreCall("put", key), cancellationToken);
        objects.Put(key, copy);
        if (fault == StoreFault.Twice)
        {
            Delay();
            objects.Put(key, copy);
        }

        Leave(fault, key);
    }

    public async ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        await PutAsync(key, copy.ToArray(), cancellationToken);
    }

    public async ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        await PutAsync(key, await File.ReadAllBytesAsync(path, cancellationToken), cancellationToken);
        File.Delete(path);
    }

    public async ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        var fault = await EnterAsync(new StoreCall("create", key), cancellationToken);
        var created = objects.TryCreate(key, content.ToArray());
        Leave(fault, key);
        return created;
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (infos, fault) = await ListedAsync(prefix, cancellationToken);
        var left = fault == StoreFault.ShortRead ? Share(infos.Count) : int.MaxValue;
        foreach (var info in infos)
        {
            if (left-- == 0) break;
            yield return info;
        }

        if (fault == StoreFault.ShortRead) throw BrokeOff(prefix, left, infos.Count);
        Leave(fault, prefix);
    }

    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (infos, fault) = await ListedAsync(prefix, cancellationToken);
        if (fault == StoreFault.ShortRead) throw BrokeOff(prefix, 0, infos.Count);
        Leave(fault, prefix);
        var below = infos.Select(info => info.Key[prefix.Length..]).Where(rest => rest.Contains('/', StringComparison.Ordinal));
        foreach (var name in below.Select(rest => rest[..rest.IndexOf('/', StringComparison.Ordinal)]).Distinct()) yield return name;
    }

    public async ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        ObjectKey.Check(key);
        var fault = await EnterAsync(new StoreCall("delete", key), cancellationToken);
        objects.Delete(key);
        Leave(fault, key);
    }

    private async ValueTask<(List<ObjectInfo> Infos, StoreFault Fault)> ListedAsync(string prefix, CancellationToken cancellationToken)
    {
        ObjectKey.CheckPrefix(prefix);
        var fault = await EnterAsync(new StoreCall("list", prefix), cancellationToken);
        return (objects.List(prefix, fault == StoreFault.StaleList ? 1 + Share(MaxChangesAgo) : 0), fault);
    }

    /// <summary>Everything that happens before the effect.</summary>
    private async ValueTask<StoreFault> EnterAsync(StoreCall call, CancellationToken cancellationToken)
    {
        life.ThrowIfDead();
        cancellationToken.ThrowIfCancellationRequested();
        await Meanwhile(call);
        life.ThrowIfDead();
        StoreFault fault;
        lock (_gate) fault = next(call);
        if (fault == StoreFault.Slow) Delay();
        if (fault == StoreFault.Kill) Die();
        if (fault == StoreFault.Error || (fault == StoreFault.ShortRead && call.Operation is not ("get" or "list"))) throw Unavailable(call.Key);
        return fault;
    }

    /// <summary>What is left to happen after the effect.</summary>
    private void Leave(StoreFault fault, string key)
    {
        if (fault == StoreFault.KillAfter) Die();
        if (fault == StoreFault.LostAnswer) throw Unavailable(key);
    }

    private void Die()
    {
        life.Kill();
        life.ThrowIfDead();
    }

    private byte[] Find(string key) => objects.Find(key, out _) ?? throw new ObjectNotFoundException("the simulated store", key);

    // Always less than all.
    private int Share(int of)
    {
        lock (_gate) return of == 0 ? 0 : random.Next(of);
    }

    private static IOException Unavailable(string key) => new($"503 Slow Down ({key})");

    private static IOException BrokeOff(string key, int bytes, int of) => new($"the connection was closed after {bytes} of {of} ({key})");
}
