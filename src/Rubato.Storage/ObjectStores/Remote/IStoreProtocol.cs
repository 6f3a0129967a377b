namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>
/// What one cloud speaks: single requests, without retries, time limits or prefixes; <see cref="RemoteObjectStore"/> adds these
/// once for all. Keys are whole. An absent object is an <see cref="ObjectNotFoundException"/>, a range beyond the end an
/// <see cref="EndOfStreamException"/>; for every other exception <see cref="Explain"/> is asked.
/// </summary>
public interface IStoreProtocol : IDisposable
{
    /// <summary>s3, gcs, azure.</summary>
    string Backend { get; }

    /// <summary>For messages: <c>bucket tempo-traces at https://s3.amazonaws.com</c>.</summary>
    string Place { get; }

    /// <summary>Bytes of a part of a large object; smaller objects go in one request.</summary>
    int PartBytes { get; }

    /// <summary>How many parts an object may have.</summary>
    int MaxParts { get; }

    /// <summary>Whether listings can begin in the middle of the names.</summary>
    bool CanListFrom { get; }

    /// <param name="announce">Called with the object's size when the answer begins.</param>
    Task<byte[]> GetAsync(string key, Action<long> announce, CancellationToken cancellationToken);

    /// <param name="into">At least one byte.</param>
    Task GetRangeAsync(string key, long offset, Memory<byte> into, CancellationToken cancellationToken);

    Task<ObjectInfo?> HeadAsync(string key, CancellationToken cancellationToken);

    Task PutAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    Task<bool> TryCreateAsync(string key, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    Task DeleteAsync(string key, CancellationToken cancellationToken);

    Task<ListPage> ListAsync(ListRequest request, CancellationToken cancellationToken);

    /// <param name="bytes">Of the whole object; null when nobody knows yet.</param>
    Task<IStoreUpload> BeginUploadAsync(string key, long? bytes, CancellationToken cancellationToken);

    StoreError Explain(Exception exception);

    /// <summary>What the credentials lack for an action, in the cloud's own words: <c>s3:PutObject on arn:aws:s3:::tempo-traces/*</c>.</summary>
    string PermissionFor(StoreAction action);
}
