using Rubato.Commands;
using Rubato.Configuration;
using Rubato.Configuration.Options;
using Rubato.Demo;
using Rubato.Ingest.Distributor;
using Rubato.Ingest.Generator;
using Rubato.Ingest.Ingester;
using Rubato.Ingest.Receivers.Files;
using Rubato.Model.Tenants;
using Rubato.Overrides;
using Rubato.Query.Api;
using Rubato.Storage.Compaction;
using Rubato.Storage.Wal;

namespace Rubato.Server;

/// <summary>
/// Every role in one process. Starting and stopping are mirror images: storage first and last, listeners last and first,
/// so that no span is accepted that cannot be kept (style.md habit 8).
/// </summary>
internal sealed partial class RubatoServer : IAsyncDisposable
{
    private readonly ConfigResult _result;
    private readonly RubatoConfig _config;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly ServerState _state = new();
    private readonly CancellationTokenSource _loopsStop = new();
    private readonly TaskCompletionSource _shutdownAsked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _loops = [];
    private readonly List<ListenerHost> _listeners = [];
    private readonly TenantOverrides _overrides;
    private readonly SharedPort _sharedPort = new();
    private readonly GrpcHealth _health;
    private readonly long _createdAt;
    private ListenerHost? _http2OfHttpPort;
    private ServerStorage? _storage;
    private Ingester? _ingester;
    private QueryApi? _queryApi;
    private MetricsGenerator? _generator;
    private Distributor? _distributor;

    /// <param name="random">Safe for several threads at a time.</param>
    public RubatoServer(ConfigResult result, ILoggerFactory loggers, TimeProvider time, Random random)
    {
        _result = result;
        _config = result.Config;
        _time = time;
        _random = random;
        _createdAt = time.GetTimestamp();
        _demoOrders = new DemoOrders(time, random);
        _loggers = loggers;
        _logger = loggers.CreateLogger("rubato");
        _health = new GrpcHealth(_state);
        _overrides = new TenantOverrides(result, time, loggers.CreateLogger<TenantOverrides>());
    }

    /// <summary>Bound addresses by listener name: http, grpc, otlp-grpc, otlp-http and those of other receivers.</summary>
    public IReadOnlyDictionary<string, string> Addresses => AllAddresses().ToDictionary();

    /// <summary>Ends when <c>/shutdown</c> was called.</summary>
    public Task ShutdownAsked => _shutdownAsked.Task;

    /// <exception cref="StartException">It cannot start; the message is one clear line.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Log.Starting(_logger, ServerCommand.Version, TempoCompatibility.Version);
        foreach (var warning in _result.Warnings) Log.ConfigWarning(_logger, warning.ToString());
        if (_overrides.Load() is { Count: > 0 } problems) throw new StartException(problems[0].ToString());
        _loops.Add(_overrides.RunAsync(_loopsStop.Token));
        StartAuth();

        // The status port answers first: a long replay must not look like a dead process.
        _state.Set("server", "Starting");
        _state.Set("store", "Starting");
        _state.Set("ingester", "Starting");
        _state.Set("distributor", "Starting");
        _state.Set("query-frontend", "Starting");

        // Beside opening the store and replaying the log, which mostly wait for the disk.
        var warmUp = _config.Server.WarmUp
            ? Task.Run(() => WarmUp.WarmUp.RunAsync(_time, _loggers, _loopsStop.Token), CancellationToken.None)
            : Task.CompletedTask;
        _loops.Add(warmUp);
        _storage = await Timed("store", () => ServerStorage.OpenAsync(_config, _loggers, _time, _random, cancellationToken));
        _loops.Add(_storage.Poller.RunAsync(_loopsStop.Token));
        await StartUserOverridesAsync(_storage, cancellationToken);
        _ingester = new Ingester(
            _storage.Wal, _storage.BlockSink, Limits, IngesterSettings(), _config.Distributor.MaxAttributeBytes, _time, _loggers.CreateLogger<Ingester>());
        StartRates();
        var source = new RecentAndBlocks(_ingester, _storage.Blocks, _state);
        _queryApi = new QueryApi(source, Limits, QuerySettings(), _time, _loggers.CreateLogger<QueryApi>()) { FileReader = TraceFile.ToOtlp };
        if (_config.StreamOverHttpEnabled)
        {
            _http2OfHttpPort = Http2OfHttpPort();
            await _http2OfHttpPort.StartAsync(new ListenEndpoint("127.0.0.1", 0), cancellationToken);
        }

        await StartListenerAsync(HttpListener());

        await Timed("ingester", () => ReplayAsync(cancellationToken));
        _loops.Add(_ingester.RunAsync(_loopsStop.Token));
        StartCompactor(_storage);
        StartGenerator(_ingester);
        _state.Set("query-frontend", "Running");

        await StartListenerAsync(GrpcListener());
        var distributor = new Distributor(
            _ingester, Limits, DistributorSettings(), _time, _loggers.CreateLogger<Distributor>());
        await StartReceiversAsync(distributor);
        _distributor = distributor;
        await warmUp.WaitAsync(cancellationToken);
        _state.Set("distributor", "Running");
        _state.Set("server", "Running");
        Log.Started(_logger, Describe(), _config.Compactor.Compaction.BlockRetention.TotalHours);
        if (_config.Server.WarmUp && HasWebUi) _loops.Add(Task.Run(() => new WarmUp.PageRehearsal(_time, _loggers).RunWhenIdleAsync(_loopsStop.Token), CancellationToken.None));
    }

    /// <summary>Stops in the reverse order of start; what was acknowledged is in the WAL or in blocks.</summary>
    public async Task StopAsync()
    {
        _state.BeginStop();
        if (_config.ShutdownDelay > TimeSpan.Zero) await Task.Delay(_config.ShutdownDelay, _time, CancellationToken.None);
        using var limit = new CancellationTokenSource(_config.Server.GracefulShutdownTimeout, _time);
        await StopUdpReceiversAsync(limit.Token);
        for (var i = _listeners.Count - 1; i >= 0; i--)
        {
            var listener = _listeners[i];
            await Timed("listener " + listener.Name + " stop", async () =>
            {
                await listener.StopAsync(limit.Token);
                await listener.DisposeAsync();
                return 0;
            });
        }

        _listeners.Clear();
        if (_http2OfHttpPort is not null)
        {
            await _http2OfHttpPort.StopAsync(limit.Token);
            await _http2OfHttpPort.DisposeAsync();
        }

        if (_ingester is not null)
        {
            await Timed("ingester stop", async () =>
            {
                await _ingester.StopAsync(flush: false, CancellationToken.None);
                return 0;
            });
        }

        await _loopsStop.CancelAsync();
        await Task.WhenAll(_loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await StopGeneratorAsync();
        _queryApi?.Dispose();
        if (_ingester is not null) await _ingester.DisposeAsync();
        if (_storage is not null)
        {
            await Timed("store stop", async () =>
            {
                await _storage.DisposeAsync();
                return 0;
            });
        }

        _storage = null;
        Log.Stopped(_logger);
    }

    public async ValueTask DisposeAsync()
    {
        if (_storage is not null) await StopAsync();
        _userOverrides?.Dispose();
        _demoOrders.Dispose();
        _authenticator?.Dispose();
        _loopsStop.Dispose();
    }

    private async Task<int> ReplayAsync(CancellationToken cancellationToken)
    {
        Log.ReplayBegins(_logger);
        var filter = await _storage!.ReplayFilterAsync(cancellationToken);
        var summary = await _ingester!.ReplayAsync(filter, cancellationToken);
        Log.ReplayComplete(_logger, summary.Records, summary.Bytes, summary.Skipped, summary.TornTails, summary.Damages);
        _state.Set("ingester", "Running");
        return 0;
    }

    /// <summary>Merging and retention: neither begins before the replay has ended, which reads what blocks say about the log.</summary>
    private void StartCompactor(ServerStorage storage)
    {
        if (_config.Compactor.Disabled)
        {
            Log.CompactorDisabled(_logger);
            return;
        }

        var sweeper = storage.Retention(Limits);
        _loops.Add(sweeper.RunAsync(_loopsStop.Token));
        _loops.Add(storage.Compactor(Limits, sweeper).RunAsync(_loopsStop.Token));
        _state.Set("compactor", "Running");
    }

    private Ingest.Distributor.DistributorOptions DistributorSettings()
    {
        var (rate, received, discarded) = (_config.Distributor.RateLimiting, _config.Distributor.LogReceivedSpans, _config.Distributor.LogDiscardedSpans);
        return new Ingest.Distributor.DistributorOptions
        {
            RetryAfter = _config.Distributor.RetryAfterOnResourceExhausted,
            SpanRate = new SpanRateOptions(rate.Enabled, rate.Rate, rate.EffectiveBurst),
            LogReceivedSpans = new SpanLogOptions(received.Enabled, received.IncludeAllAttributes, received.FilterByStatusError),
            LogDiscardedSpans = new SpanLogOptions(discarded.Enabled, discarded.IncludeAllAttributes, discarded.FilterByStatusError),
        };
    }

    private Rubato.Ingest.Ingester.IngesterOptions IngesterSettings() => new()
    {
        TraceIdlePeriod = _config.Ingester.TraceIdlePeriod,
        MaxBlockDuration = _config.Ingester.MaxBlockDuration,
        MaxBlockBytes = _config.Ingester.MaxBlockBytes,
        FlushCheckPeriod = _config.Ingester.FlushCheckPeriod,
        FlushAllOnShutdown = _config.Ingester.FlushAllOnShutdown,
    };

    private QueryApiOptions QuerySettings() => new()
    {
        MultitenancyEnabled = _config.MultitenancyEnabled,
        MultiTenantQueriesEnabled = _config.QueryFrontend.MultiTenantQueriesEnabled,
        DefaultResultLimit = _config.QueryFrontend.Search.DefaultResultLimit,
        MaxResultLimit = _config.QueryFrontend.Search.MaxResultLimit,
        DefaultSpansPerSpanset = Math.Max(1, _config.QueryFrontend.Search.DefaultSpansPerSpanSet),
        MaxSpansPerSpanset = _config.QueryFrontend.Search.MaxSpansPerSpanSet,
        MaxSearchDuration = _config.QueryFrontend.Search.MaxDuration,
        MaxMetricsDuration = _config.QueryFrontend.Metrics.MaxDuration,
        MaxExemplars = _config.QueryFrontend.Metrics.MaxExemplars,
        MaxMetricsIntervals = _config.QueryFrontend.Metrics.MaxIntervals,
        MaxMetricsSeries = _config.QueryFrontend.Metrics.MaxResponseSeries,
        QueryEndCutoff = _config.QueryFrontend.QueryEndCutoff,
        MaxQueryExpressionBytes = _config.QueryFrontend.MaxQueryExpressionSizeBytes,
        MaxConvertBytes = _config.QueryFrontend.MaxConvertBytes,
        MaxGrpcPacketBytes = _config.QueryFrontend.MaxGrpcStreamingPacketSize,
        SearchTimeout = _config.Querier.Search.QueryTimeout,
        TraceByIdTimeout = _config.Querier.TraceById.QueryTimeout,
        ApiTimeout = _config.QueryFrontend.ApiTimeout,
        MaxConcurrentQueries = _config.Querier.MaxConcurrentQueries,
        MaxOutstandingPerTenant = _config.QueryFrontend.MaxOutstandingPerTenant,
        UrlDenyList = _config.QueryFrontend.UrlDenyList,
    };

    private async Task<bool?> FlushAsync(string? tenant, CancellationToken cancellationToken)
    {
        TenantId? only = null;
        if (tenant is not null)
        {
            if (!TenantId.TryParse(tenant, out var parsed) || !_ingester!.Tenants.Contains(parsed)) return null;
            only = parsed;
        }

        return await _ingester!.FlushAsync(only, cancellationToken);
    }

    private async Task StartListenerAsync((ListenerHost Host, ListenEndpoint Endpoint) listener)
    {
        try
        {
            await listener.Host.StartAsync(listener.Endpoint, CancellationToken.None);
        }
        catch (ListenException e)
        {
            await listener.Host.DisposeAsync();
            throw new StartException(e.Message, e);
        }

        _listeners.Add(listener.Host);
        Log.Listening(_logger, listener.Host.Name, listener.Host.Address);
    }

    private string Describe() => string.Join(" ", AllAddresses().Select(l => l.Key.Replace(' ', '-') + "=" + l.Value));

    private IEnumerable<KeyValuePair<string, string>> AllAddresses() =>
    [
        .. _listeners.Select(l => KeyValuePair.Create(l.Name, l.Address)),
        .. _udpReceivers.Select(u => KeyValuePair.Create(u.Name, UdpAddress(u.Receiver))),
    ];

    private async Task<T> Timed<T>(string step, Func<Task<T>> work)
    {
        var started = _time.GetTimestamp();
        var result = await work();
        Log.Step(_logger, step, _time.GetElapsedTime(started).TotalMilliseconds);
        if (step == "store") _state.Set("store", "Running");
        return result;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1001, EventName = "Starting", Level = LogLevel.Information, Message = "Starting rubato version={Version} compatible_with_tempo={Tempo}")]
        public static partial void Starting(ILogger logger, string version, string tempo);

        [LoggerMessage(EventId = 1002, EventName = "ConfigWarning", Level = LogLevel.Warning, Message = "CONFIGURATION WARNING {Warning}")]
        public static partial void ConfigWarning(ILogger logger, string warning);

        [LoggerMessage(EventId = 1003, EventName = "Listening", Level = LogLevel.Information, Message = "listening listener={Listener} address={Address}")]
        public static partial void Listening(ILogger logger, string listener, string address);

        [LoggerMessage(EventId = 1004, EventName = "Started", Level = LogLevel.Information, Message = "rubato started; everything listens only where this line says addresses={Addresses} block_retention_hours={RetentionHours}")]
        public static partial void Started(ILogger logger, string addresses, double retentionHours);

        [LoggerMessage(EventId = 1010, EventName = "CompactorDisabled", Level = LogLevel.Warning, Message = "compactor.disabled is set: blocks are neither merged nor deleted, whatever their age")]
        public static partial void CompactorDisabled(ILogger logger);

        [LoggerMessage(EventId = 1005, EventName = "Step", Level = LogLevel.Debug, Message = "step done step={Step} milliseconds={Milliseconds:F1}")]
        public static partial void Step(ILogger logger, string step, double milliseconds);

        [LoggerMessage(EventId = 1006, EventName = "ReplayBegins", Level = LogLevel.Information, Message = "beginning wal replay")]
        public static partial void ReplayBegins(ILogger logger);

        [LoggerMessage(EventId = 1007, EventName = "ReplayComplete", Level = LogLevel.Information,
            Message = "wal replay complete records={Records} bytes={Bytes} skipped={Skipped} torn_tails={TornTails} damages={Damages}")]
        public static partial void ReplayComplete(ILogger logger, long records, long bytes, long skipped, long tornTails, long damages);

        [LoggerMessage(EventId = 1008, EventName = "Stopped", Level = LogLevel.Information, Message = "rubato stopped")]
        public static partial void Stopped(ILogger logger);
    }
}

/// <summary>The server cannot start; the message is one clear line for the operator.</summary>
internal sealed class StartException(string message, Exception? inner = null) : Exception(message, inner);
