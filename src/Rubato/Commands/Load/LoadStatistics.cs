namespace Rubato.Commands.Load;

/// <summary>What all connections of a load count together. One lock a request (not a span) guards it.</summary>
internal sealed class LoadStatistics
{
    // Reasons are texts of the server: past this many different ones the rest share a name, so that a server cannot grow our memory.
    private const int MaxReasons = 20;
    private const int MaxReasonLength = 200;

    private readonly Lock _lock = new();
    private readonly LatencyHistogram _latencies = new();
    private readonly SortedDictionary<string, long> _refusedSpans = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> _retriesByReason = new(StringComparer.Ordinal);
    private long _acknowledgedSpans;
    private long _acknowledgedRequests;
    private long _retries;

    public long AcknowledgedSpans => Interlocked.Read(ref _acknowledgedSpans);

    public void Acknowledge(long spans, TimeSpan latency)
    {
        lock (_lock)
        {
            _acknowledgedSpans += spans;
            _acknowledgedRequests++;
            _latencies.Add(latency);
        }
    }

    public void Refuse(string reason, long spans)
    {
        lock (_lock)
        {
            Count(_refusedSpans, reason, spans);
        }
    }

    public void Retry(string reason)
    {
        lock (_lock)
        {
            _retries++;
            Count(_retriesByReason, reason, 1);
        }
    }

    public LoadResult Result(LoadOptions options, TimeSpan elapsed, TimeSpan cpu, long bytesSent, string? stopped)
    {
        lock (_lock)
        {
            return new LoadResult
            {
                Target = options.Target.ToString(),
                Protocol = options.Protocol.Name,
                Connections = options.Connections,
                Seed = options.Seed,
                StartUnixNano = options.StartUnixNano,
                AcknowledgedSpans = _acknowledgedSpans,
                AcknowledgedRequests = _acknowledgedRequests,
                ElapsedSeconds = elapsed.TotalSeconds,
                SpansPerSecond = _acknowledgedSpans / Math.Max(elapsed.TotalSeconds, 1e-9),
                RefusedSpans = _refusedSpans.Values.Sum(),
                Refusals = new SortedDictionary<string, long>(_refusedSpans),
                Retries = _retries,
                RetryReasons = new SortedDictionary<string, long>(_retriesByReason),
                LatencyMillis = new LatencySummary(_latencies),
                BytesSent = bytesSent,
                GeneratorCpuMicrosPerSpan = cpu.TotalMicroseconds / Math.Max(1, _acknowledgedSpans),
                Stopped = stopped,
            };
        }
    }

    private static void Count(SortedDictionary<string, long> counts, string reason, long by)
    {
        reason = reason.Length > MaxReasonLength ? reason[..MaxReasonLength] + "…" : reason;
        reason = counts.Count < MaxReasons || counts.ContainsKey(reason) ? reason : "other";
        counts[reason] = counts.GetValueOrDefault(reason) + by;
    }
}
