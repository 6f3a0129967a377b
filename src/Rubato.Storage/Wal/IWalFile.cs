namespace Rubato.Storage.Wal;

internal interface IWalFile : IDisposable
{
    long Length { get; }

    /// <summary>Fewer bytes than asked only at the end of the file.</summary>
    int Read(Span<byte> into, long offset);

    /// <summary>All buffers, one after the other. On an exception any prefix may have been written.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset);

    void SetLength(long length);

    void Sync();
}
