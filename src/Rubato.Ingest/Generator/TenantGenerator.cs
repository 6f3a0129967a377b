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
    private GeneratorSettings? _settings;
    private SeriesRegistry? _registry;
    private SpanMetrics? _spanMetrics;
    private ServiceGraphs? _serviceGraphs;
    private HostInfo? _hostInfo;
    private TextPool _pool = new();
    private long _collectAtMs;
    private long _sweepAtMs;
    private long _describeAtMs;

    public TenantGenerator(TenantId tenant, GeneratorOptions options, IReadOnlyList<RemoteWriteClient> clients, TimeProvider time, ILogger logger)
    {
        _tenant = tenant;
        _options = options;
        _time = time;
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
        if (_registry is null || slice.Count == 0) return;
        GeneratorMetrics.SpansReceived.WithLabels(_tenant.Value).Inc(slice.Count);
        GeneratorMetrics.BytesReceived.WithLabels(_tenant.Value).Inc(TotalOf(slice.Sizes));
        var nowMs = NowMs();
        if (_pool.IsFull) _pool = new TextPool();
        using var texts = new SliceTexts(slice, _pool);
        var keep = InTime(slice, nowMs);
        _spanMetrics?.Add(texts, keep, _registry, nowMs);
        _serviceGraphs?.Add(texts, keep, _registry, nowMs);
        _hostInfo?.Add(texts, keep, _registry, nowMs);
    }

    /// <summary>Ends waits, ends old series, and collects when it is time or <paramref name="now"/>.</summary>
    public void Tick(bool now)
    {
        Renew();
        if (_registry is null || _settings is null) return;
        var nowMs = NowMs();
        _serviceGraphs?.Expire(_registry, now ? long.MaxValue : nowMs);
        if (nowMs >= _sweepAtMs)
        {
            _registry.Sweep(nowMs);
            _sweepAtMs = nowMs + 60_000;
        }

        GeneratorMetrics.ActiveSeries.WithLabels(_tenant.Value).Set(_registry.ActiveSeries);
        GeneratorMetrics.MaxActiveSeries.WithLabels(_tenant.Value).Set(_registry.Limit);
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
                Describe(batches);
            }

            _registry!.Collect(batches, nowMs);
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

    private void Describe(SampleBatches batches)
    {
        if (_spanMetrics is not null)
        {
            batches.Describe("traces_spanmetrics_calls_total", 1, "Spans by service, name, kind and status.");
            batches.Describe("traces_spanmetrics_latency", 3, "Durations of spans, seconds.");
            batches.Describe("traces_spanmetrics_size_total", 1, "Bytes of spans.");
        }

        if (_serviceGraphs is null) return;
        batches.Describe("traces_service_graph_request_total", 1, "Calls between two services.");
        batches.Describe("traces_service_graph_request_failed_total", 1, "Failed calls between two services.");
        batches.Describe("traces_service_graph_request_server_seconds", 3, "Time of calls as the server saw it, seconds.");
        batches.Describe("traces_service_graph_request_client_seconds", 3, "Time of calls as the client saw it, seconds.");
    }

    /// <summary>Takes the settings that hold now; where they changed, the series begin anew (spec/metrics-generator.md 1).</summary>
    private void Renew()
    {
        var settings = _options.Settings(_tenant);
        if (ReferenceEquals(settings, _settings)) return;
        _settings = settings;
        var labels = new List<KeyValuePair<string, string>>(settings.ExternalLabels);
        _registry = settings.IsOn ? new SeriesRegistry(_tenant.Value, settings, labels, _log.LastMs) : null;
        _spanMetrics = settings.SpanMetrics is { } spanMetrics ? new SpanMetrics(spanMetrics, _tenant.Value) : null;
        _serviceGraphs = settings.ServiceGraphs is { } serviceGraphs ? new ServiceGraphs(serviceGraphs, _tenant.Value) : null;
        _hostInfo = settings.HostIdentifiers is { } hosts ? new HostInfo(hosts, settings.HostInfoMetric) : null;
        foreach (var (name, isOn) in new[] { ("span-metrics", _spanMetrics is not null), ("service-graphs", _serviceGraphs is not null), ("host-info", _hostInfo is not null) })
            GeneratorMetrics.ActiveProcessors.WithLabels(_tenant.Value, name).Set(isOn ? 1 : 0);
        _collectAtMs = NowMs() + (long)settings.CollectionInterval.TotalMilliseconds;
    }

    /// <summary>Spans that ended too long ago or in the future make no metrics; null: all are in time.</summary>
    private bool[]? InTime(SpanSlice slice, long nowMs)
    {
        var slack = (long)_settings!.Slack.TotalMilliseconds;
        var (first, last) = ((nowMs - slack) * 1_000_000, (nowMs + slack) * 1_000_000);
        var starts = slice.Batch.StartUnixNano.Values[slice.From..slice.To];
        var durations = slice.Batch.DurationNano.Values[slice.From..slice.To];
        bool[]? keep = null;
        var late = 0;
        for (var i = 0; i < starts.Length; i++)
        {
            var end = starts[i] + durations[i];
            if (end >= first && end <= last) continue;
            if (keep is null) Array.Fill(keep = new bool[starts.Length], true);
            keep[i] = false;
            late++;
        }

        if (late > 0) GeneratorMetrics.SpansDiscarded.WithLabels(_tenant.Value, "outside_metrics_ingestion_slack").Inc(late);
        return keep;
    }

    private static long TotalOf(ReadOnlySpan<int> sizes)
    {
        var total = 0L;
        foreach (var size in sizes) total += size;
        return total;
    }

    private long NowMs() => _time.GetUtcNow().ToUnixTimeMilliseconds();
}
