namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>One try of a request and its time limit: a fixed while to answer, and more for what travels.</summary>
internal sealed class StoreTry : IDisposable
{
    private readonly TimeSpan _toAnswer;
    private readonly int _slowestBytesPerSecond;
    private readonly CancellationTokenSource _timeout;
    private readonly CancellationTokenSource _either;

    public StoreTry(TimeSpan toAnswer, int slowestBytesPerSecond, long bytes, TimeProvider time, CancellationToken caller)
    {
        _toAnswer = toAnswer;
        _slowestBytesPerSecond = slowestBytesPerSecond;
        Limit = LimitOf(bytes);
        _timeout = new CancellationTokenSource(Limit, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(caller, _timeout.Token);
    }

    /// <summary>Ends with the caller's patience or with the limit.</summary>
    public CancellationToken Token => _either.Token;

    public TimeSpan Limit { get; private set; }

    public bool IsTimedOut => _timeout.IsCancellationRequested;

    /// <summary>The answer has begun, and this much comes: the limit begins anew. Nobody knows an object's size before that.</summary>
    public void Announce(long bytes)
    {
        Limit = LimitOf(bytes);
        _timeout.CancelAfter(Limit);
    }

    public void Dispose()
    {
        _either.Dispose();
        _timeout.Dispose();
    }

    private TimeSpan LimitOf(long bytes) => _toAnswer + TimeSpan.FromSeconds((double)bytes / _slowestBytesPerSecond);
}
