using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rubato.Model.Tenants;

namespace Rubato.Ingest.Generator;

/// <summary>
/// Makes metrics from spans, beside the ingester: once a second, and whenever a batch is full, it takes the rows that came since, as they lie in memory. Nothing is copied or
/// queued per request, and the ingester never waits: what the loop cannot take in time is counted and left out. One loop for all tenants.
/// </summary>
public sealed partial class MetricsGenerator : ISpanTap, IAsyncDisposable
{
    /// <summary>Full batches that wait for the loop, each some 50 MB that the ingester may have written to a block meanwhile.</summary>
    private const int MaxWaiting = 4;

    private readonly GeneratorOptions _options;
    private readonly Func<TenantId, SpanSlice?> _takeNew;
    private readonly Func<IEnumerable<TenantId>> _tenantsOfIngester;
    private readonly TimeProvider _time;
    private readonly ILogger<MetricsGenerator> _logger;
    private readonly List<RemoteWriteClient> _clients = [];
    private readonly ConcurrentDictionary<TenantId, TenantGenerator> _tenants = new();
    private readonly Channel<(TenantId Tenant, SpanSlice Slice)> _full = Channel.CreateBounded<(TenantId, SpanSlice)>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    /// <param name="options">What holds for all.</param>
    /// <param name="takeNew">Takes a tenant's rows that are new in the growing batch; null when there are none.</param>
    /// <param name="tenantsOfIngester">Tenants that have spans.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public MetricsGenerator(
        GeneratorOptions options, Func<TenantId, SpanSlice?> takeNew, Func<IEnumerable<TenantId>> tenantsOfIngester, TimeProvider time, ILogger<MetricsGenerator> logger)
    {
        _options = options;
        _takeNew = takeNew;
        _tenantsOfIngester = tenantsOfIngester;
        _time = time;
        _logger = logger;
        foreach (var endpoint in options.RemoteWrite) _clients.Add(new RemoteWriteClient(endpoint, time, logger));
    }

    public bool IsOn(TenantId tenant) => _options.Settings(tenant).IsOn;

    public void Offer(TenantId tenant, SpanSlice slice)
    {
        if (_full.Writer.TryWrite((tenant, slice))) return;
        GeneratorMetrics.PushFailures.WithLabels("metrics-generator", tenant.Value).Inc();
        GeneratorMetrics.SpansDiscarded.WithLabels(tenant.Value, "queue_full").Inc(slice.Count);
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ResumeSending();
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                Round(last: false);
                using var second = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
                second.CancelAfter(TimeSpan.FromSeconds(1));
                // Sooner when a batch is full.
                await ((Task)_full.Reader.WaitToReadAsync(second.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (Exception e)
            {
                LogLoopFailed(_logger, e);
                await Task.Delay(TimeSpan.FromSeconds(1), _time, CancellationToken.None);
            }
        }
    }

    /// <summary>After the loop has ended and the ingester takes nothing more: a last collection of everything, sent as far as endpoints take it.</summary>
    public async Task StopAsync()
    {
        Round(last: true);
        using var deadline = new CancellationTokenSource(_options.FlushDeadline, _time);
        await Task.WhenAll(_tenants.Values.Select(t => t.FlushAsync(deadline.Token)));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tenant in _tenants.Values) await tenant.DisposeAsync();
        foreach (var client in _clients) client.Dispose();
    }

    /// <summary>What an earlier run left in the logs is sent although no span may come any more.</summary>
    private void ResumeSending()
    {
        if (!Directory.Exists(_options.StoragePath)) return;
        foreach (var folder in Directory.EnumerateDirectories(_options.StoragePath))
        {
            var name = Path.GetFileName(folder);
            if (RemoteWriteLog.HasFiles(TenantGenerator.FolderOf(_options.StoragePath, name)) && TenantId.TryParse(name, out var tenant)) Of(tenant);
        }
    }

    private void Round(bool last)
    {
        while (_full.Reader.TryRead(out var full)) Of(full.Tenant).Process(full.Slice);
        foreach (var tenant in _tenantsOfIngester())
        {
            if (IsOn(tenant) && _takeNew(tenant) is { } slice) Of(tenant).Process(slice);
        }

        foreach (var tenant in _tenants.Values) tenant.Tick(last);
    }

    private TenantGenerator Of(TenantId tenant) =>
        _tenants.GetOrAdd(tenant, static (t, self) => new TenantGenerator(t, self._options, self._clients, self._time, self._logger), this);

    [LoggerMessage(EventId = 2401, EventName = "GeneratorLoopFailed", Level = LogLevel.Error, Message = "making metrics from spans failed; tried again in a second")]
    private static partial void LogLoopFailed(ILogger logger, Exception error);
}
