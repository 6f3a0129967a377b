namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>Passes writes on and remembers the last 8 bytes: length of the Parquet footer and magic. Leaves the inner stream open.</summary>
internal sealed class TailStream(Stream inner) : Stream
{
    private readonly byte[] _tail = new byte[8];
    private long _written;

    public ReadOnlySpan<byte> Tail => _tail;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _written;

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        _written += buffer.Length;
        if (buffer.Length >= 8)
        {
            buffer[^8..].CopyTo(_tail);
            return;
        }

        _tail.AsSpan(buffer.Length).CopyTo(_tail);
        buffer.CopyTo(_tail.AsSpan(8 - buffer.Length));
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
