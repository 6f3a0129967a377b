using Rubato.Query.Api;

namespace Rubato.Query.Frontend;

/// <summary>
/// Bounds the queries that run at once. A bounded number for each tenant may wait, more are refused with 429. Tenants take turns: who asks a thousand
/// questions waits behind its own, and another tenant's only question is the next but one.
/// </summary>
internal sealed class QueryGate(int maxConcurrent, int maxWaitingPerTenant) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TenantQueue> _queues = new(StringComparer.Ordinal);

    /// <summary>Each tenant that waits, once.</summary>
    private readonly Queue<TenantQueue> _turns = new();

    /// <summary>Above 0 only while nobody waits.</summary>
    private int _free = Math.Max(1, maxConcurrent);

    /// <summary>Waits for a slot; disposing the answer gives it back.</summary>
    /// <exception cref="ApiException">Too many of the tenant's queries wait.</exception>
    /// <exception cref="OperationCanceledException">The asker gave up, or the server ends.</exception>
    public async ValueTask<IDisposable> EnterAsync(string tenant, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> waiter;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return new Slot(this);
            }

            waiter = Wait(tenant);
        }

        await using (cancellationToken.UnsafeRegister(_ => GiveUp(tenant, waiter, cancellationToken), null)) await waiter.Value.Task;
        return new Slot(this);
    }

    /// <summary>Ends the wait of all who still wait.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var waiter in _queues.Values.SelectMany(q => q.Waiting)) waiter.TrySetCanceled();
            _queues.Clear();
            _turns.Clear();
        }
    }

    private LinkedListNode<TaskCompletionSource> Wait(string tenant)
    {
        if (!_queues.TryGetValue(tenant, out var queue))
        {
            queue = new TenantQueue(tenant);
            if (maxWaitingPerTenant > 0)
            {
                _queues.Add(tenant, queue);
                _turns.Enqueue(queue);
            }
        }

        if (queue.Waiting.Count >= maxWaitingPerTenant)
        {
            QueryMetrics.Discarded.WithLabels(tenant).Inc();
            throw new ApiException(429, "job queue full");
        }

        var waiter = queue.Waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        QueryMetrics.QueueLength.WithLabels(tenant).Set(queue.Waiting.Count);
        return waiter;
    }

    private void GiveUp(string tenant, LinkedListNode<TaskCompletionSource> waiter, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Without a list it has a slot already, which its owner gives back.
            if (waiter.List is not { } list) return;
            list.Remove(waiter);
            // An empty queue keeps its turn until that comes: it is passed over then.
            QueryMetrics.QueueLength.WithLabels(tenant).Set(list.Count);
        }

        waiter.Value.TrySetCanceled(cancellationToken);
    }

    private void Leave()
    {
        lock (_lock)
        {
            while (_turns.TryDequeue(out var queue))
            {
                var next = queue.Waiting.First;
                if (next is not null) queue.Waiting.RemoveFirst();
                if (queue.Waiting.Count > 0) _turns.Enqueue(queue);
                else _queues.Remove(queue.Tenant);
                QueryMetrics.QueueLength.WithLabels(queue.Tenant).Set(queue.Waiting.Count);
                if (next?.Value.TrySetResult() == true) return;
            }

            _free++;
        }
    }

    private sealed class TenantQueue(string tenant)
    {
        public string Tenant => tenant;

        public LinkedList<TaskCompletionSource> Waiting { get; } = [];
    }

    private sealed class Slot(QueryGate gate) : IDisposable
    {
        private QueryGate? _gate = gate;

        public void Dispose() => Interlocked.Exchange(ref _gate, null)?.Leave();
    }
}
