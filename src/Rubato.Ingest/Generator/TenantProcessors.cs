using Microsoft.Extensions.Logging;

namespace Rubato.Ingest.Generator;

/// <summary>
/// A tenant's processors and their series, as the settings want them now. Other settings replace only what they change: the series of the rest go on. On the generator's loop only.
/// </summary>
internal sealed partial class TenantProcessors(string tenant, ILogger logger)
{
    private GeneratorSettings _settings = new();
    private SpanMetrics? _spanMetrics;
    private ServiceGraphs? _serviceGraphs;
    private HostInfo? _hostInfo;
    private TextPool _pool = new();

    /// <summary>Null while all processors are off.</summary>
    public SeriesRegistry? Registry { get; private set; }

    /// <summary>Whether series end when these settings come into force.</summary>
    public bool EndsSeries(GeneratorSettings next) => Registry is not null && (EndsAll(next) || ChangedBy(next).Count > 0);

    /// <param name="next">What holds from now on.</param>
    /// <param name="lastSentMs">When samples were last sent, milliseconds since 1970.</param>
    public void Use(GeneratorSettings next, long lastSentMs)
    {
        var changed = ChangedBy(next);
        var all = Registry is null || EndsAll(next);
        if (Registry is not null && (all || changed.Count > 0))
            LogBeginAnew(logger, tenant, all ? "all" : string.Join(", ", changed));
        if (all || changed.Contains("span-metrics")) _spanMetrics = End(_spanMetrics, _spanMetrics?.Kinds);
        if (all || changed.Contains("host-info")) _hostInfo = End(_hostInfo, _hostInfo?.Kinds);
        if (all || changed.Contains("service-graphs"))
        {
            // What waits for its other side does so under the old options: it makes no metrics any more.
            if (_serviceGraphs is { Waiting: > 0 and var waiting }) GeneratorMetrics.ExpiredEdges.WithLabels(tenant).Inc(waiting);
            _serviceGraphs = End(_serviceGraphs, _serviceGraphs?.Kinds);
        }

        Registry?.Report();
        if (all) Registry = next.IsOn ? new SeriesRegistry(tenant, next, lastSentMs) : null;
        else Registry!.Settings = next;
        _settings = next;
        if (next.SpanMetrics is { } spanMetrics) _spanMetrics ??= new SpanMetrics(spanMetrics, tenant);
        if (next.ServiceGraphs is { } serviceGraphs) _serviceGraphs ??= new ServiceGraphs(serviceGraphs, tenant);
        if (next.HostInfo is { } hostInfo) _hostInfo ??= new HostInfo(hostInfo);
        foreach (var (name, isOn) in new[] { ("span-metrics", _spanMetrics is not null), ("service-graphs", _serviceGraphs is not null), ("host-info", _hostInfo is not null) })
            GeneratorMetrics.ActiveProcessors.WithLabels(tenant, name).Set(isOn ? 1 : 0);
    }

    public void Process(SpanSlice slice, long nowMs)
    {
        if (Registry is null) return;
        if (_pool.IsFull) _pool = new TextPool();
        using var texts = new SliceTexts(slice, _pool);
        var keep = InTime(slice, nowMs);
        _spanMetrics?.Add(texts, keep, Registry, nowMs);
        _serviceGraphs?.Add(texts, keep, Registry, nowMs);
        _hostInfo?.Add(texts, keep, Registry, nowMs);
    }

    /// <summary>Ends waits that are over.</summary>
    public void Expire(long nowMs)
    {
        if (Registry is not null) _serviceGraphs?.Expire(Registry, nowMs);
    }

    /// <summary>What the metrics are.</summary>
    public void Describe(SampleBatches batches)
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

    /// <summary>Other labels or histograms; and a dry run that ends, or begins: what it counted must not come as one great leap.</summary>
    private bool EndsAll(GeneratorSettings next) => !next.IsOn || next.Series != _settings.Series || next.DisableCollection != _settings.DisableCollection;

    private List<string> ChangedBy(GeneratorSettings next)
    {
        var changed = new List<string>();
        if (next.SpanMetrics != _settings.SpanMetrics) changed.Add("span-metrics");
        if (next.ServiceGraphs != _settings.ServiceGraphs) changed.Add("service-graphs");
        if (next.HostInfo != _settings.HostInfo) changed.Add("host-info");
        return changed;
    }

    private T? End<T>(T? processor, IReadOnlyList<SeriesKind>? kinds)
        where T : class
    {
        if (processor is not null) Registry?.End(kinds!);
        return null;
    }

    /// <summary>Spans that ended too long ago or in the future make no metrics; null: all are in time.</summary>
    private bool[]? InTime(SpanSlice slice, long nowMs)
    {
        var slack = (long)_settings.Slack.TotalMilliseconds;
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

        if (late > 0) GeneratorMetrics.SpansDiscarded.WithLabels(tenant, "outside_metrics_ingestion_slack").Inc(late);
        return keep;
    }

    [LoggerMessage(EventId = 2402, EventName = "SeriesBeginAnew", Level = LogLevel.Information,
        Message = "options of the metrics-generator changed: series begin anew tenant={Tenant} processors={Processors}")]
    private static partial void LogBeginAnew(ILogger logger, string tenant, string processors);
}
