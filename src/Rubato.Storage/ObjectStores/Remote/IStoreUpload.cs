namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>One large object on its way, in parts. Nothing is visible before <see cref="CompleteAsync"/>.</summary>
public interface IStoreUpload
{
    /// <summary>Whether parts may travel side by side; else one after the other, in order.</summary>
    bool IsParallel { get; }

    /// <summary>Idempotent: a part may be sent again.</summary>
    /// <param name="number">From 0 on.</param>
    /// <param name="offset">Of the part in the object.</param>
    Task SendPartAsync(int number, long offset, ReadOnlyMemory<byte> content, bool isLast, CancellationToken cancellationToken);

    Task CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Gives the parts back, so that nobody pays for them.</summary>
    Task AbortAsync(CancellationToken cancellationToken);
}
