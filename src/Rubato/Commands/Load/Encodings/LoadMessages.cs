using System.Buffers;

namespace Rubato.Commands.Load.Encodings;

/// <summary>
/// What goes out for one request, one message after the other in one growing buffer: a single message, or one for each resource. In front of each there
/// is room for gRPC's frame header.
/// </summary>
internal sealed class LoadMessages : IBufferWriter<byte>
{
    /// <summary>Free bytes in front of a message.</summary>
    public const int Headroom = 5;

    private readonly List<(int At, int Length, int Spans)> _messages = [];
    private byte[] _buffer = new byte[256 << 10];
    private int _length;
    private int _begin;

    public int Count => _messages.Count;

    /// <summary>All that was written, to fill in what is known later.</summary>
    public Span<byte> Written => _buffer.AsSpan(0, _length);

    /// <summary>The message with its headroom, and its spans. Valid until something is written.</summary>
    public (Memory<byte> Buffer, int Spans) this[int index]
    {
        get
        {
            (int at, int length, int spans) = _messages[index];
            return (_buffer.AsMemory(at, length), spans);
        }
    }

    public void Clear()
    {
        _messages.Clear();
        _length = 0;
    }

    public void Begin()
    {
        _begin = _length;
        Reserve(Headroom);
        _length += Headroom;
    }

    public void End(int spans) => _messages.Add((_begin, _length - _begin, spans));

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(_buffer.Length - _length));
        _length += count;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(Math.Max(sizeHint, 1));
        return _buffer.AsMemory(_length);
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length - _length < bytes)
        {
            Array.Resize(ref _buffer, Math.Max(2 * _buffer.Length, _length + bytes));
        }
    }
}
