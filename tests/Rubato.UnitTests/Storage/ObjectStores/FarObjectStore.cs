using Rubato.Storage.ObjectStores;

namespace Rubato.UnitTests.Storage.ObjectStores;

/// <summary>
/// A store whose reads take 60 ms each, as over a network. What is looked at is not time but how many requests had to follow each other: a request is one
/// deeper than the deepest that had been answered when it was made.
/// </summary>
internal sealed class FarObjectStore(IObjectStore inner) : IObjectStore
{
    private readonly Lock _lock = new();
    private int _deepestAnswered;
    private int _now;

    public string Backend => "far";

    public int Requests { get; private set; }

    public long Bytes { get; private set; }

    public int Depth { get; private set; }

    public int MostAtOnce { get; private set; }

    public void Reset()
    {
        lock (_lock) (_deepestAnswered, Requests, Bytes, Depth, MostAtOnce) = (0, 0, 0, 0, 0);
    }

    public async ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        var content = await inner.GetAsync(key, cancellationToken);
        await TravelAsync(content.Length, cancellationToken);
        return content;
    }

    public async ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default)
    {
        await inner.GetRangeAsync(key, offset, into, cancellationToken);
        await TravelAsync(into.Length, cancellationToken);
    }

    public async ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default)
    {
        await TravelAsync(0, cancellationToken);
        return await inner.HeadAsync(key, cancellationToken);
    }

    public ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

    public ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default) => inner.PutAsync(key, content, cancellationToken);

    public ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default) => inner.PutFileAsync(key, path, cancellationToken);

    public ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default) =>
        inner.TryCreateAsync(key, content, cancellationToken);

    public IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListAsync(prefix, cancellationToken);

    public IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken = default) => inner.ListFoldersAsync(prefix, cancellationToken);

    public ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);

    private async ValueTask TravelAsync(long bytes, CancellationToken cancellationToken)
    {
        int depth;
        lock (_lock)
        {
            depth = _deepestAnswered + 1;
            Requests++;
            Bytes += bytes;
            Depth = Math.Max(Depth, depth);
            MostAtOnce = Math.Max(MostAtOnce, ++_now);
        }

        await Task.Delay(60, cancellationToken);
        lock (_lock)
        {
            _deepestAnswered = Math.Max(_deepestAnswered, depth);
            _now--;
        }
    }
}
