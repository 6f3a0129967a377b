using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.Logging;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Generator;

/// <summary>One tenant's processors, series, log and senders. All but the senders runs on the generator's loop.</summary>
internal sealed class TenantGenerator : IAsyncDisposable
{
    private readonly TenantId _tenant;
    private readonly GeneratorOptions _options;
    private readonly TimeProvider _time;
    private readonly RemoteWriteLog _log;
    private readonly List<RemoteWriter> _writers = [];
    private readonly List<Task> _sending = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly TenantProcessors _processors;
    private GeneratorSettings? _settings;
    private long _collectAtMs;
    private long _sweepAtMs;
    private long _describeAtMs;

    public TenantGenerator(TenantId tenant, GeneratorOptions options, IReadOnlyList<RemoteWriteClient> clients, TimeProvider time, ILogger logger)
    {
        _tenant = tenant;
        _options = options;
        _time = time;
        _processors = new TenantProcessors(tenant.Value, logger);
        var names = options.RemoteWrite.Select(NameOf).ToArray();
        _log = new RemoteWriteLog(
            FolderOf(options.StoragePath, tenant.Value), options.MaxLogBytes, names,
            (endpoint, samples) => GeneratorMetrics.SamplesDropped.WithLabels(tenant.Value, options.RemoteWrite[Array.IndexOf(names, endpoint)].Display).Inc(samples));
        for (var i = 0; i < names.Length; i++)
        {
            var writer = new RemoteWriter(tenant.Value, names[i], options.RemoteWrite[i], _log, clients[i], options.AddTenantHeader, () => options.Headers(tenant), time, logger);
            _writers.Add(writer);
            _sending.Add(Task.Run(() => writer.RunAsync(_stop.Token)));
        }
    }

    public static string FolderOf(string storagePath, string tenant) => Path.Combine(storagePath, tenant, "wal");

    public void Process(SpanSlice slice)
    {
        Renew();
        if (_processors.Registry is null || slice.Count == 0) return;
        GeneratorMetrics.SpansReceived.WithLabels(_tenant.Value).Inc(slice.Count);
        GeneratorMetrics.BytesReceived.WithLabels(_tenant.Value).Inc(TotalOf(slice.Sizes));
        _processors.Process(slice, NowMs());
    }

    /// <summary>Ends waits, ends old series, and collects when it is time or <paramref name="now"/>.</summary>
    public void Tick(bool now)
    {
        Renew();
        if (_processors.Registry is not { } registry || _settings is null) return;
        var nowMs = NowMs();
        _processors.Expire(now ? long.MaxValue : nowMs);
        if (nowMs >= _sweepAtMs)
        {
            registry.Sweep(nowMs);
            _sweepAtMs = nowMs + 60_000;
        }

        registry.Report();
        if (!now && nowMs < _collectAtMs) return;
        _collectAtMs = nowMs + (long)_settings.CollectionInterval.TotalMilliseconds;
        Collect(nowMs);
    }

    /// <summary>Waits until the endpoints have everything, as long as they take it.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && _writers.Exists(w => w.HasPending && !w.IsFailing))
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    // The name of a file: nothing of the URL in it, since that may hold a password.
    private static string NameOf(RemoteWriteOptions endpoint) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(endpoint.Name + "\n" + endpoint.Url)).ToString("x16", CultureInfo.InvariantCulture);

    private void Collect(long nowMs)
    {
        if (_settings!.DisableCollection || nowMs <= _log.LastMs) return;
        try
        {
            var batches = new SampleBatches(_options.RemoteWrite.Select(r => r.MaxSamplesPerSend).DefaultIfEmpty(2000).Min(), _settings.TraceIdLabel);
            if (nowMs >= _describeAtMs)
            {
                _describeAtMs = nowMs + 60_000;
                _processors.Describe(batches);
            }

            _processors.Registry!.Collect(batches, nowMs);
            var done = batches.Complete();
            if (_options.RemoteWrite.Count > 0) _log.Append(nowMs, done);
            GeneratorMetrics.Collections.WithLabels(_tenant.Value).Inc();
        }
        catch (IOException)
        {
            // The disk is full or away: the next collection carries the same counters on.
            GeneratorMetrics.CollectionsFailed.WithLabels(_tenant.Value).Inc();
        }
    }

    /// <summary>Takes the settings that hold now; where they changed, series begin anew (spec/metrics-generator.md 1).</summary>
    private void Renew()
    {
        var settings = _options.Settings(_tenant);
        if (ReferenceEquals(settings, _settings)) return;
        // What was counted since the last collection must not go with the series.
        if (_processors.EndsSeries(settings)) Collect(NowMs());
        _processors.Use(settings, _log.LastMs);
        if (settings.CollectionInterval != _settings?.CollectionInterval) _collectAtMs = NowMs() + (long)settings.CollectionInterval.TotalMilliseconds;
        _settings = settings;
    }

    private static long TotalOf(ReadOnlySpan<int> sizes)
    {
        var total = 0L;
        foreach (var size in sizes) total += size;
        return total;
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
