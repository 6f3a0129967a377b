namespace Rubato.Storage.BlockLists;

/// <summary>Lines of bytes from a stream of unknown length, with a limit for each and for all.</summary>
internal sealed class LineReader(Stream stream, int maxLineBytes, long maxBytes)
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;
    private long _read;

    /// <summary>False at the end. The line is the buffer's: valid until the next call.</summary>
    /// <exception cref="InvalidDataException">A limit is passed, or the last line does not end.</exception>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                line = _buffer.AsSpan(_start, searched + found);
                _start += searched + found + 1;
                return true;
            }

            searched = _end - _start;
            if (searched > maxLineBytes)
                throw new InvalidDataException($"a line is longer than {maxLineBytes} bytes");
            if (Fill())
                continue;
            if (searched > 0)
                throw new InvalidDataException("it ends in the middle of a line");
            line = default;
            return false;
        }
    }

    private bool Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = stream.Read(_buffer.AsSpan(_end));
        _end += read;
        _read += read;
        if (_read > maxBytes)
            throw new InvalidDataException($"it unpacks to more than {maxBytes} bytes");
        return read > 0;
    }
}
