namespace Rubato.Storage.ObjectStores;

/// <summary>
/// Where blocks rest. Objects are written whole and appear whole: no reader ever sees half of one. Keys as
/// <see cref="ObjectKey"/> says. Errors: <see cref="ObjectNotFoundException"/>, otherwise <see cref="IOException"/>.
/// One suite of tests (<c>ObjectStoreContract</c>) runs against every implementation.
/// </summary>
public interface IObjectStore
{
    /// <summary>The word of the configuration and of the metric label: local, s3, gcs, azure.</summary>
    string Backend { get; }

    ValueTask<byte[]> GetAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Fills <paramref name="into"/> from <paramref name="offset"/> on; an object that ends before is an <see cref="EndOfStreamException"/>.</summary>
    ValueTask GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken = default);

    ValueTask<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Durable when the task ends. Replaces.</summary>
    ValueTask PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="PutAsync(string, ReadOnlyMemory{byte}, CancellationToken)"/>
    ValueTask PutAsync(string key, Stream content, CancellationToken cancellationToken = default);

    /// <summary>As put, from a finished file that the store takes over: moved where that is possible, and gone afterwards.</summary>
    ValueTask PutFileAsync(string key, string path, CancellationToken cancellationToken = default);

    /// <summary>
    /// Put if none is there (If-None-Match: *). False when there is one, which stays as it is; one with this very content counts as created, since
    /// over a network nobody can tell it from the own one: racers write something that tells them apart.
    /// </summary>
    ValueTask<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken = default);

    /// <summary>Every object under the folder <paramref name="prefix"/>, at any depth, in no order. Objects that come or go meanwhile may be missing.</summary>
    IAsyncEnumerable<ObjectInfo> ListAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>The names of the folders directly under <paramref name="prefix"/> (delimiter '/'), without slashes.</summary>
    IAsyncEnumerable<string> ListFoldersAsync(string prefix, CancellationToken cancellationToken = default);

    /// <summary>No error when there is none.</summary>
    ValueTask DeleteAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>A file that block readers may open directly; null for stores that are not on this machine. Says nothing about existence.</summary>
    string? TryGetLocalPath(string key) => null;
}
