using System.Threading.Tasks.Sources;

namespace Rubato.Storage.Wal;

/// <summary>
/// One wish to the writer thread and the promise to whoever waits for it. Pooled: goes back to <see cref="WalRequestPool"/>
/// when its result is read, so that an append leaves no garbage.
/// </summary>
internal sealed class WalRequest(WalRequestPool pool) : IValueTaskSource<WalPosition>, IValueTaskSource
{
    // Continuations must not run on the writer thread: a request's answer would hold up the next fsync.
    private ManualResetValueTaskSourceCore<WalPosition> _promise = new() { RunContinuationsAsynchronously = true };

    public WalRequestKind Kind { get; private set; }

    /// <summary>Rented; the writer returns it after the write.</summary>
    public byte[] Frame { get; set; } = [];

    public int FrameBytes { get; private set; }

    /// <summary>Append: the number it was given. Trim: the lowest still needed.</summary>
    public long Sequence { get; set; }

    public short Version => _promise.Version;

    public void Begin(WalRequestKind kind, byte[] frame, int frameBytes, long sequence)
    {
        _promise.Reset();
        Kind = kind;
        Frame = frame;
        FrameBytes = frameBytes;
        Sequence = sequence;
    }

    public void Succeed() => _promise.SetResult(new WalPosition(Sequence));

    public void Fail(Exception failure) => _promise.SetException(failure);

    public WalPosition GetResult(short token)
    {
        try
        {
            return _promise.GetResult(token);
        }
        finally
        {
            pool.Return(this);
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _promise.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _promise.OnCompleted(continuation, state, token, flags);
}
