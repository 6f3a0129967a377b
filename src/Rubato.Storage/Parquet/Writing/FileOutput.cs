using Rubato.Storage.Parquet.Encodings;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>Counts what is written and hands it to the stream in large pieces.</summary>
internal sealed class FileOutput(Stream stream) : IDisposable
{
    private const int FlushBytes = 256 << 10;

    private readonly PageBuffer _pending = new(FlushBytes);
    private long _flushed;

    public long Position => _flushed + _pending.Length;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_pending.Length + (long)bytes.Length > FlushBytes)
            Flush();
        if (bytes.Length >= FlushBytes)
        {
            stream.Write(bytes);
            _flushed += bytes.Length;
            return;
        }
        _pending.Write(bytes);
    }

    public void Flush()
    {
        stream.Write(_pending.Written);
        _flushed += _pending.Length;
        _pending.Clear();
    }

    public void Dispose() => _pending.Dispose();
}
