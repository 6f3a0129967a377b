using System.Collections.Concurrent;

namespace Rubato.Storage.Wal;

internal sealed class WalRequestPool
{
    // More appends than this at once are rare, and then a little garbage does not matter.
    private const int MaxKept = 1024;

    private readonly ConcurrentQueue<WalRequest> _free = new();

    public WalRequest Rent() => _free.TryDequeue(out var request) ? request : new WalRequest(this);

    public void Return(WalRequest request)
    {
        if (_free.Count < MaxKept)
            _free.Enqueue(request);
    }
}
