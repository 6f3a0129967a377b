using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Server.WarmUp;

/// <summary>An object store that holds one block's files in memory, for reading only.</summary>
internal sealed class WarmUpStore : IObjectStore
{
    public const string Folder = "warm-up/block/";

    private readonly Dictionary<string, byte[]> _files;

    public WarmUpStore(byte[] data, byte[] index) => _files = new() { [Folder + BlockKeys.Data] = data, [Folder + BlockKeys.Index] = index };

    public string Backend => "memory";

    public ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default) => new(Find(key));

    public ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default)
    {
        Find(key).AsMemory((int)offset, into.Length).CopyTo(into);
        return ValueTask.CompletedTask;
    }

    public ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default) =>
        new(new ObjectInfo(key, Find(key).Length, DateTimeOffset.UnixEpoch));

    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => throw ReadOnly();

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => throw ReadOnly();

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken = default) => throw ReadOnly();

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) => throw ReadOnly();

    private byte[] Find(string key) => _files.TryGetValue(key, out var file) ? file : throw new ObjectNotFoundException(Backend, key);

    private static NotSupportedException ReadOnly() => new("the warm-up's store holds one block and nothing else");
}
