using System.Buffers;
using Rubato.Ingest.Receivers;

namespace Rubato.Ingest;

/// <summary>
/// A request body in one pooled buffer, counted in the <see cref="ReceiveBudget"/>. The owner disposes it when the request is done with; the finalizer only gives the count back, so
/// that an owner that was never called (a call that ended before its message was handed over) narrows the budget for no one.
/// </summary>
/// <exception cref="ReceiversBusyException">From whatever makes the buffer larger: the budget is used up.</exception>
public sealed class PooledBytes : IBufferWriter<byte>, IDisposable
{
    private readonly int _limit;
    private byte[] _buffer;

    /// <param name="capacity">First size of the buffer.</param>
    /// <param name="limit">More bytes than this are refused.</param>
    public PooledBytes(int capacity, int limit)
    {
        _limit = limit;
        _buffer = Rent(Math.Max(256, Math.Min(capacity, limit)), 0);
    }

    ~PooledBytes() => ReceiveBudget.GiveBack(_buffer?.Length ?? 0);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(0, Length);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(0, Length);

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - Length);
        Length += count;
        if (Length > _limit) throw new BodyTooLargeException(_limit);
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _buffer.AsSpan(Length);
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0)
        {
            ReceiveBudget.GiveBack(buffer.Length);
            ArrayPool<byte>.Shared.Return(buffer);
        }

        Length = 0;
        GC.SuppressFinalize(this);
    }

    private void Reserve(int sizeHint)
    {
        var needed = Math.Max(sizeHint, 1);
        if (_buffer.Length - Length >= needed) return;
        // One byte beyond the limit may be written, so that Advance sees that there is more.
        if (Length > _limit) throw new BodyTooLargeException(_limit);
        var size = (int)Math.Min(Math.Max((long)_buffer.Length * 2, (long)Length + needed), Array.MaxLength);
        var larger = Rent(size, _buffer.Length);
        Span.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>A buffer, of which <paramref name="counted"/> bytes are in the budget already.</summary>
    private static byte[] Rent(int size, int counted)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            ReceiveBudget.Take(buffer.Length - counted);
            return buffer;
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(buffer);
            throw;
        }
    }
}

/// <summary>A body is larger than its receiver takes, before or after decompression.</summary>
public sealed class BodyTooLargeException(int limit) : Exception("http: request body too large")
{
    public int Limit { get; } = limit;
}
