using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Rubato.Storage.Caching;

/// <summary>
/// A cache that other processes share. Reads wait for it within its timeout; writes never hold anybody up: they are queued, bounded in number and bytes, and dropped when
/// the cache does not keep up. Values are sealed (<see cref="CacheEnvelope"/>).
/// </summary>
public sealed partial class SharedCache : IAsyncDisposable
{
    private readonly ICacheClient _client;
    private readonly SharedCacheOptions _options;
    private readonly ILogger _logger;
    private readonly Channel<(string Key, byte[] Value)> _writes;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _writers;
    private long _waitingBytes;

    public SharedCache(ICacheClient client, SharedCacheOptions options, ILogger logger)
    {
        _client = client;
        _options = options;
        _logger = logger;
        _writes = Channel.CreateBounded<(string, byte[])>(new BoundedChannelOptions(Math.Max(1, options.WriteBufferItems)) { FullMode = BoundedChannelFullMode.Wait });
        _writers = [.. Enumerable.Range(0, Math.Max(1, options.Writers)).Select(_ => WriteAsync(_stop.Token))];
    }

    public string Name => _options.Name;

    /// <summary>Null: not there, or not to be had in time, or not what was stored.</summary>
    /// <param name="maxBytes">Of the value.</param>
    public async ValueTask<byte[]?> GetAsync(CacheRole role, string key, int maxBytes, CancellationToken cancellationToken) =>
        (await LookUpAsync(role, key, maxBytes, cancellationToken))?[CacheEnvelope.HeaderBytes..];

    /// <summary>As <see cref="GetAsync"/>, for a value whose length is known; fills <paramref name="into"/>.</summary>
    public async ValueTask<bool> TryGetAsync(CacheRole role, string key, Memory<byte> into, CancellationToken cancellationToken)
    {
        if (await LookUpAsync(role, key, into.Length, cancellationToken) is not { } found || found.Length != CacheEnvelope.HeaderBytes + into.Length)
            return false;
        found.AsSpan(CacheEnvelope.HeaderBytes).CopyTo(into.Span);
        return true;
    }

    /// <summary>Stores it some time soon, or not at all. Copies.</summary>
    public void Set(string key, ReadOnlySpan<byte> value)
    {
        if (_options.MaxItemBytes > 0 && value.Length > _options.MaxItemBytes)
            return;
        if (Interlocked.Add(ref _waitingBytes, value.Length) <= _options.WriteBufferBytes && _writes.Writer.TryWrite((key, CacheEnvelope.Seal(key, value))))
        {
            CacheMetrics.QueueLength.WithLabels(Name).Inc();
            return;
        }

        Interlocked.Add(ref _waitingBytes, -value.Length);
        CacheMetrics.DroppedWrites.WithLabels(Name).Inc();
    }

    /// <summary>What waits is dropped: a cache may lack anything.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
            return;
        await _stop.CancelAsync();
        await Task.WhenAll(_writers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        await _client.DisposeAsync();
    }

    /// <summary>The value in its envelope, which was looked at.</summary>
    private async ValueTask<byte[]?> LookUpAsync(CacheRole role, string key, int maxBytes, CancellationToken cancellationToken)
    {
        var answer = await Timed("Get", () => _client.GetAsync(key, maxBytes + CacheEnvelope.HeaderBytes, cancellationToken));
        if (answer.Status == CacheStatus.Hit && !CacheEnvelope.TryOpen(key, answer.Value, out _))
        {
            LogDamaged(_logger, Name, key, answer.Value?.Length ?? 0);
            answer = new CacheAnswer(CacheStatus.Damaged);
        }

        CacheMetrics.Lookups.WithLabels(Name, Word(role), Word(answer.Status)).Inc();
        return answer.Value;
    }

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        await foreach (var (key, value) in _writes.Reader.ReadAllAsync(cancellationToken))
        {
            CacheMetrics.QueueLength.WithLabels(Name).Dec();
            Interlocked.Add(ref _waitingBytes, CacheEnvelope.HeaderBytes - value.Length);
            await Timed("Set", () => _client.SetAsync(key, value, cancellationToken));
        }
    }

    private async ValueTask<CacheAnswer> Timed(string method, Func<ValueTask<CacheAnswer>> call)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = await call();
        if (answer.Status == CacheStatus.Open)
            return answer;
        var (seconds, prefix) = _client.Kind == "redis" ? (CacheMetrics.RedisSeconds, "RedisCache.") : (CacheMetrics.MemcachedSeconds, "Memcache.");
        var code = answer.Status switch
        {
            CacheStatus.Hit or CacheStatus.Stored => "200",
            CacheStatus.Miss => "404",
            _ => "500",
        };
        seconds.WithLabels(prefix + method, code, Name).Observe(Stopwatch.GetElapsedTime(started).TotalSeconds);
        return answer;
    }

    private static string Word(CacheRole role) => role switch
    {
        CacheRole.Index => "index",
        CacheRole.Footer => "footer",
        _ => "page",
    };

    private static string Word(CacheStatus status) => status switch
    {
        CacheStatus.Hit => "hit",
        CacheStatus.Miss => "miss",
        CacheStatus.Timeout => "timeout",
        CacheStatus.Open => "open",
        CacheStatus.Damaged => "damaged",
        _ => "error",
    };

    [LoggerMessage(61, LogLevel.Warning, "a value from the shared cache is not what was stored; it is read from the object store cache={Cache} key={Key} bytes={Bytes}")]
    private static partial void LogDamaged(ILogger logger, string cache, string key, int bytes);
}
