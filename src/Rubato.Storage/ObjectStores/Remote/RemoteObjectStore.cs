using System.Buffers;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>
/// Any cloud behind <see cref="IObjectStore"/>: prefix, retries, hedged reads, circuit, pages of listings and parts of large objects,
/// once for all; an <see cref="IStoreProtocol"/> adds how one cloud speaks. Owns the protocol.
/// </summary>
/// <remarks>
/// Memory: a put of a stream or file holds at most <see cref="RemoteStoreOptions.PartsInFlight"/> parts. A hedged range read rents as much
/// again as it reads.
/// </remarks>
public sealed class RemoteObjectStore : IObjectStore, IDisposable
{
    private readonly IStoreProtocol _protocol;
    private readonly StoreRequests _requests;
    private readonly RemoteUploads _uploads;
    private readonly RemoteListing _listing;
    private readonly Hedge _hedge;
    private readonly string _prefix;

    /// <param name="http">What the protocol sends through, for the clock's skew; null in tests.</param>
    public RemoteObjectStore(IStoreProtocol protocol, StoreHttp? http, RemoteStoreOptions options, TimeProvider time, Random random, ILogger<RemoteObjectStore> logger)
    {
        _protocol = protocol;
        _requests = new StoreRequests(protocol, http, options, time, random, logger);
        _uploads = new RemoteUploads(protocol, _requests, options.PartsInFlight, time);
        _listing = new RemoteListing(protocol, _requests, options.ListConcurrency);
        _hedge = new Hedge(options.HedgeAt, options.HedgeUpTo, time);
        _prefix = options.Prefix.Trim('/') is { Length: > 0 } prefix ? prefix + "/" : "";
    }

    public string Backend => _protocol.Backend;

    /// <summary>For messages: which bucket, where.</summary>
    public string Place => _protocol.Place;

    public async ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default)
    {
        var whole = Whole(key);
        var content = await NamedAsync(key, _requests.RunUnsizedAsync(
            StoreAction.Read, key,
            one => _hedge.IsOn ? _hedge.RunAsync((_, token) => _protocol.GetAsync(whole, one.Announce, token), one.Token) : _protocol.GetAsync(whole, one.Announce, one.Token),
            cancellationToken));
        Count("read", content.Length);
        return content;
    }

    public async ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        var whole = Whole(key);
        if (into.IsEmpty)
        {
            // HTTP has no empty range; whether the object is there is all there is to know.
            if (await HeadAsync(key, cancellationToken) is null)
                throw new ObjectNotFoundException(Backend, key);
            return;
        }

        await RunAsync(
            StoreAction.Read, key, into.Length,
            async token =>
            {
                await (_hedge.IsOn ? HedgedRangeAsync(whole, offset, into, token) : _protocol.GetRangeAsync(whole, offset, into, token));
                return true;
            },
            cancellationToken);
        Count("read", into.Length);
    }

    public async ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default)
    {
        var whole = Whole(key);
        var info = await RunAsync(StoreAction.Read, key, 0, token => _protocol.HeadAsync(whole, token), cancellationToken);
        return info is { } found ? found with { Key = key } : null;
    }

    public async ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var whole = Whole(key);
        await _uploads.PutAsync(key, whole, content, cancellationToken);
        Count("write", content.Length);
    }

    public async ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default)
    {
        var whole = Whole(key);
        Count("write", await _uploads.PutAsync(key, whole, content, bytes: null, cancellationToken));
    }

    public async ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default)
    {
        var whole = Whole(key);
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan))
            Count("write", await _uploads.PutAsync(key, whole, file, file.Length, cancellationToken));
        File.Delete(path);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// When an answer gets lost, the next try (perhaps the HTTP client's own) finds the object that the first has made. So an object that is there
    /// is looked at: with this very content, it is ours. Racers must write something that tells them apart.
    /// </remarks>
    public async ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default)
    {
        var whole = Whole(key);
        if (await RunAsync(StoreAction.Write, key, content.Length, token => _protocol.TryCreateAsync(whole, content, token), cancellationToken))
        {
            Count("write", content.Length);
            return true;
        }

        try
        {
            return (await GetAsync(key, cancellationToken)).AsSpan().SequenceEqual(content.Span);
        }
        catch (ObjectNotFoundException)
        {
            // Whoever had it has deleted it meanwhile. It was not this call's.
            return false;
        }
    }

    public async IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckPrefix(prefix);
        await foreach (var page in _listing.PagesAsync(_prefix + prefix, byFolder: false, prefix, cancellationToken))
        {
            foreach (var info in page.Objects)
            {
                // Marks of "folders" that consoles and other tools put are no objects of ours.
                if (!info.Key.EndsWith('/'))
                    yield return info with { Key = info.Key[_prefix.Length..] };
            }
        }
    }

    public async IAsyncEnumerable<string> ListFoldersAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectKey.CheckPrefix(prefix);
        await foreach (var page in _listing.PagesAsync(_prefix + prefix, byFolder: true, prefix, cancellationToken))
        {
            foreach (var folder in page.Folders)
            {
                var name = folder[(_prefix.Length + prefix.Length)..].TrimEnd('/');
                if (name.Length > 0)
                    yield return name;
            }
        }
    }

    public async ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        var whole = Whole(key);
        await RunAsync(
            StoreAction.Delete, key, 0,
            async token =>
            {
                try
                {
                    await _protocol.DeleteAsync(whole, token);
                }
                catch (ObjectNotFoundException)
                {
                    // Gone is what was asked for.
                }

                return true;
            },
            cancellationToken);
    }

    public void Dispose() => _protocol.Dispose();

    private async Task HedgedRangeAsync(string whole, long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        byte[]? copy = null;
        try
        {
            copy = await _hedge.RunAsync(ReadAsync, cancellationToken);
            copy?.AsSpan(0, into.Length).CopyTo(into.Span);
        }
        finally
        {
            if (copy is not null) ArrayPool<byte>.Shared.Return(copy);
        }

        // The first copy reads to where the bytes belong, later ones beside it. Null: they are there already.
        async Task<byte[]?> ReadAsync(int number, CancellationToken token)
        {
            if (number == 0)
            {
                await _protocol.GetRangeAsync(whole, offset, into, token);
                return null;
            }

            var rented = ArrayPool<byte>.Shared.Rent(into.Length);
            await _protocol.GetRangeAsync(whole, offset, rented.AsMemory(0, into.Length), token);
            return rented;
        }
    }

    private ValueTask<T> RunAsync<T>(StoreAction action, string subject, long bytes, Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken) =>
        NamedAsync(subject, _requests.RunAsync(action, subject, bytes, request, cancellationToken));

    // The protocol knows whole keys only.
    private async ValueTask<T> NamedAsync<T>(string key, ValueTask<T> request)
    {
        try
        {
            return await request;
        }
        catch (ObjectNotFoundException)
        {
            throw new ObjectNotFoundException(Backend, key);
        }
    }

    private string Whole(string key)
    {
        ObjectKey.Check(key);
        return _prefix + key;
    }

    private void Count(string direction, long bytes)
    {
        if (bytes > 0) StoreMetrics.RequestBytes.WithLabels(Backend, direction).Inc(bytes);
    }
}
