using Prometheus;

namespace Rubato.Storage.Caching;

/// <summary>Tempo's names where it has the metric; ours begin with <c>rubato_</c>.</summary>
internal static class CacheMetrics
{
    private static readonly HistogramConfiguration s_seconds = new()
    {
        LabelNames = ["method", "status_code", "name"], Buckets = Histogram.ExponentialBuckets(0.000016, 4, 8),
    };

    public static readonly Histogram MemcachedSeconds = Metrics.CreateHistogram(
        "tempo_memcache_request_duration_seconds", "Time of requests to memcached; status_code 200 hit or stored, 404 miss, 500 all else.", s_seconds);

    public static readonly Histogram RedisSeconds = Metrics.CreateHistogram(
        "tempo_rediscache_request_duration_seconds", "Time of requests to Redis; status_code 200 hit or stored, 404 miss, 500 all else.", s_seconds);

    public static readonly Gauge MemcachedServers = Metrics.CreateGauge("tempo_memcache_client_servers", "Servers that keys are spread over.", "name");

    public static readonly Counter DroppedWrites = Metrics.CreateCounter(
        "tempo_cache_dropped_background_writes_total", "Values not stored since too many waited to be.", "name");

    public static readonly Gauge QueueLength = Metrics.CreateGauge("tempo_cache_background_queue_length", "Values that wait to be stored.", "name");

    public static readonly Counter Lookups = Metrics.CreateCounter(
        "rubato_shared_cache_lookups_total", "Look-ups in shared caches. Results: hit, miss, error, timeout, open (not asked, it failed too often just before), damaged.",
        "name", "role", "result");

    public static readonly Gauge CircuitOpen = Metrics.CreateGauge(
        "rubato_shared_cache_circuit_open", "1 where a server is not asked since it failed too often.", "name", "server");
}
