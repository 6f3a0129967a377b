using System.Buffers;

namespace Rubato.Storage.Wal;

/// <summary>
/// Finds the sound frames of one segment, in order, whatever lies between them. Memory: a window of 1 MiB, larger only
/// for a larger record.
/// </summary>
internal sealed class WalSegmentReader(IWalFile file, long seed, long start) : IDisposable
{
    private const int MinWindowBytes = 1 << 20;

    private readonly long _length = file.Length;
    private byte[] _window = ArrayPool<byte>.Shared.Rent(MinWindowBytes);
    private long _windowStart = start;
    private int _windowBytes;
    private long _position = start;
    private long? _badSince;

    /// <summary>Damage that ended at the frame just read; empty when there was none.</summary>
    public (long Offset, long Bytes) DamageBefore { get; private set; }

    /// <summary>After the end: the first byte after the last sound frame. Equals the length when the segment is whole.</summary>
    public long SoundEnd => _badSince ?? _position;

    public long Length => _length;

    /// <summary>The stored body (tenant, payload) is valid until the next call.</summary>
    public bool TryReadNext(out WalFrame frame, out ReadOnlySpan<byte> body)
    {
        body = default;
        while (Window(WalFrame.HeaderBytes) is { Length: >= WalFrame.HeaderBytes } header)
        {
            if (!WalFrame.TryReadHeader(header, seed, out frame))
            {
                Bad();
                Resynchronise();
                continue;
            }

            var frameBytes = (long)WalFrame.HeaderBytes + frame.BodyBytes;
            if (frameBytes > _length - _position)
            {
                // The header is sound, so the rest of this write never arrived.
                Bad();
                Resynchronise();
                continue;
            }

            body = Window((int)frameBytes)[WalFrame.HeaderBytes..(int)frameBytes];
            if (!frame.BodyIsSound(body, seed))
            {
                // The length has its own checksum: the next frame begins right behind.
                Bad();
                _position += frameBytes;
                continue;
            }

            DamageBefore = _badSince is { } since ? (since, _position - since) : default;
            _badSince = null;
            _position += frameBytes;
            return true;
        }

        if (_position < _length)
            Bad();
        frame = default;
        return false;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_window);
        _window = [];
    }

    private void Bad() => _badSince ??= _position;

    /// <summary>Moves to the next place that looks like a frame, or to the end.</summary>
    private void Resynchronise()
    {
        _position++;
        while (Window(WalFrame.Magic.Length) is { Length: >= 4 } window)
        {
            var found = window.IndexOf(WalFrame.Magic);
            if (found >= 0)
            {
                _position += found;
                return;
            }

            // The magic may straddle the window's end.
            _position += window.Length - WalFrame.Magic.Length + 1;
        }

        _position = _length;
    }

    /// <summary>At least this many bytes from the position on; fewer only at the end of the file.</summary>
    private ReadOnlySpan<byte> Window(int bytes)
    {
        var skip = _position - _windowStart;
        if (skip + bytes <= _windowBytes)
            return _window.AsSpan((int)skip, _windowBytes - (int)skip);

        var kept = skip < _windowBytes ? _windowBytes - (int)skip : 0;
        var target = _window;
        if (bytes > _window.Length)
            target = ArrayPool<byte>.Shared.Rent(bytes);
        _window.AsSpan(_windowBytes - kept, kept).CopyTo(target);
        if (target != _window)
        {
            ArrayPool<byte>.Shared.Return(_window);
            _window = target;
        }

        _windowStart = _position;
        _windowBytes = kept;
        _windowBytes += file.Read(_window.AsSpan(kept), _position + kept);
        return _window.AsSpan(0, _windowBytes);
    }
}
