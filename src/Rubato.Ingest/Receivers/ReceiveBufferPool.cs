using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Rubato.Ingest.Receivers;

/// <summary>
/// Kestrel's buffers in pieces of 64 KB instead of 4 KB: a request of 500 spans has 170 KB, and each piece is a system call,
/// a wake-up and a link of a pipe. Idle connections hold no buffer. Keeps at most <see cref="MaxKept"/> pieces (4 MB); more,
/// while many connections send at once, go to the garbage collector.
/// </summary>
public sealed class ReceiveBufferPool : MemoryPool<byte>
{
    public const int BlockBytes = 64 * 1024;
    public const int MaxKept = 64;

    private readonly ConcurrentQueue<Block> _free = new();
    private volatile bool _isDisposed;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_free.TryDequeue(out var block)) block = new Block(this);
        block.MarkRented();
        return block;
    }

    protected override void Dispose(bool disposing)
    {
        _isDisposed = true;
        _free.Clear();
    }

    private void Return(Block block)
    {
        if (!_isDisposed && _free.Count < MaxKept) _free.Enqueue(block);
    }

    // Pinned, because sockets pin what they fill for as long as a receive waits.
    private sealed class Block(ReceiveBufferPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
        private int _isRented;

        public Memory<byte> Memory => _bytes;

        public void MarkRented() => _isRented = 1;

        public void Dispose()
        {
            // Twice disposed must not be twice in the queue: two connections would write into one block.
            if (Interlocked.Exchange(ref _isRented, 0) == 1) pool.Return(this);
        }
    }
}

/// <summary>Gives each of a listener's transports a pool of its own.</summary>
public sealed class ReceiveBufferPoolFactory : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new ReceiveBufferPool();
}
