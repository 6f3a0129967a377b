using Rubato.Ingest;
using Rubato.Model.Tenants;

namespace Rubato.Server.Status;

/// <summary>Spans and bytes a second of the last minute, by tenant: totals noted every five seconds, of which the oldest is compared with now.</summary>
/// <param name="totals">Spans and bytes of those that sent something, since the start.</param>
/// <param name="time">The clock.</param>
internal sealed class IngestRates(Func<IReadOnlyDictionary<string, (long Spans, long Bytes)>> totals, TimeProvider time)
{
    private const int Samples = 12;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();

    // The first is the start, when there was nothing.
    private readonly Queue<Sample> _samples = new([new Sample(time.GetTimestamp(), new Dictionary<string, (long Spans, long Bytes)>())]);

    public Task RunAsync(CancellationToken cancellationToken) => Periodically.RunAsync(Every, time, Note, cancellationToken);

    internal void Note()
    {
        var sample = new Sample(time.GetTimestamp(), totals());
        lock (_lock)
        {
            _samples.Enqueue(sample);
            if (_samples.Count > Samples) _samples.Dequeue();
        }
    }

    public (double Spans, double Bytes) Of(TenantId tenant, IngestFigures now)
    {
        Sample oldest;
        lock (_lock) oldest = _samples.Peek();
        var seconds = time.GetElapsedTime(oldest.Timestamp).TotalSeconds;
        if (seconds <= 0) return (0, 0);
        var before = oldest.Totals.GetValueOrDefault(tenant.Value);
        return ((now.Spans - before.Spans) / seconds, (now.Bytes - before.Bytes) / seconds);
    }

    private sealed record Sample(long Timestamp, IReadOnlyDictionary<string, (long Spans, long Bytes)> Totals);
}
