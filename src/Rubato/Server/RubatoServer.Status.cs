using System.Collections.Immutable;
using Rubato.Commands;
using Rubato.Demo;
using Rubato.Ingest;
using Rubato.Ingest.Receivers;
using Rubato.Model.Tenants;
using Rubato.Server.Rings;
using Rubato.Server.Status;
using Rubato.Storage.Blocks;

namespace Rubato.Server;

/// <summary>What the status page shows, gathered where everything is at hand.</summary>
internal sealed partial class RubatoServer
{
    private readonly DemoOrders _demoOrders;
    private IngestRates? _rates;

    /// <summary>Set while <c>--demo</c> makes orders.</summary>
    public bool HasDemoTraffic { get; set; }

    private void StartRates()
    {
        _rates = new IngestRates(IngestFigures.Totals, _time);
        _loops.Add(_rates.RunAsync(_loopsStop.Token));
    }

    private void MapStatus(IEndpointRouteBuilder routes)
    {
        var startedAt = _time.GetUtcNow() - _time.GetElapsedTime(_createdAt);
        new RingPages(_state, GrpcAddress, startedAt, _time, _config.Overrides.Defaults.RateStrategy == IngestionRateStrategy.Global).Map(routes);
        new OverridesPages(
            () => _overrides.Snapshot.Tenants.Keys, () => _userOverrides?.Tenants ?? [], tenant => Limits.For(tenant), tenant => _userOverrides?.Find(tenant)?.Document?.Content, _time).Map(routes);
        new StatusApi(_config.MultitenancyEnabled, Status).Map(routes, _config.HttpApiPrefix);
        new TenantsApi(_config.MultitenancyEnabled, KnownTenants).Map(routes, _config.HttpApiPrefix);
        new DemoApi(_config.Server, new TenantResolver(_config.MultitenancyEnabled), _demoOrders, () => _distributor, () => HasDemoTraffic).Map(routes, _config.HttpApiPrefix);
    }

    /// <summary>Host and port of the gRPC port; empty before it listens.</summary>
    private string GrpcAddress() => Addresses.TryGetValue("grpc", out var address) ? new Uri(address).Authority : "";

    /// <summary>With recent spans, with blocks, or with limits of their own.</summary>
    private IEnumerable<TenantId> KnownTenants() =>
        [.. _ingester?.Tenants ?? [], .. _storage?.Blocks.BlockList.Tenants ?? [], .. _overrides.Snapshot.Tenants.Keys, .. _userOverrides?.Tenants ?? []];

    private ServerStatus Status(IReadOnlyList<TenantId> tenants, int newestBlocks, bool isForOperator)
    {
        var uptime = _time.GetElapsedTime(_createdAt);
        return new ServerStatus
        {
            Version = ServerCommand.Version,
            TempoVersion = TempoCompatibility.Version,
            StartedAt = _time.GetUtcNow() - uptime,
            UptimeSeconds = Math.Round(uptime.TotalSeconds, 1),
            MultitenancyEnabled = _config.MultitenancyEnabled,
            Ready = _state.NotReady() is null,
            Modules = [.. _state.Modules.Select(m => new ModuleStatus(m.Name, m.Status))],
            Listeners = isForOperator ? [.. AllAddresses().Select(l => new ListenerStatus(l.Key, l.Value))] : null,
            ConfigWarnings = isForOperator ? [.. _result.Warnings.Select(w => w.ToString())] : null,
            Store = isForOperator ? StoreOf(_storage) : null,
            Caches = isForOperator ? _storage?.CacheStatus() ?? [] : null,
            DemoEnabled = DemoApi.IsAllowed(_config.Server) && !HasDemoTraffic,
            Tenants = [.. tenants.Select(StatusOf)],
            NewestBlocks = [.. tenants.SelectMany(tenant => BlocksOf(tenant).Take(newestBlocks)).OrderByDescending(b => b.MaxTraceStartUnixNano).Take(newestBlocks).Select(StatusOf)],
        };
    }

    private StoreStatus StoreOf(ServerStorage? storage)
    {
        var (free, total) = storage?.Disk() ?? (null, null);
        return new StoreStatus(_config.Storage.Trace.Backend, storage?.WalBytes() ?? 0, free, total);
    }

    private TenantStatus StatusOf(TenantId tenant)
    {
        var figures = IngestFigures.Of(tenant);
        var (spans, bytes) = _rates?.Of(tenant, figures) ?? (0, 0);
        var blocks = BlocksOf(tenant);
        var setAside = _storage?.Blocks.BlockList.Quarantined.Count(b => b.Tenant == tenant) ?? 0;
        return new TenantStatus(
            tenant.Value,
            new IngestStatus(spans, bytes, figures.Spans, figures.Bytes, figures.Refused),
            new RecentStatus(figures.RecentSpans, figures.RecentBytes),
            new BlocksStatus(
                blocks.Length, blocks.Sum(b => b.Size + b.IndexSize), blocks.Sum(b => b.TotalSpans), blocks.Sum(b => b.TotalObjects),
                blocks.IsEmpty ? null : blocks.Min(b => b.StartTime), blocks.IsEmpty ? null : blocks.Max(b => b.EndTime), setAside),
            OverridesText.Flat(Limits.For(tenant)));
    }

    private ImmutableArray<BlockMeta> BlocksOf(TenantId tenant) => _storage?.Blocks.List(tenant) ?? [];

    private static BlockStatus StatusOf(BlockMeta block) => new(
        block.TenantId.Value, block.BlockId.ToString(), block.StartTime, block.EndTime, block.TotalSpans, block.TotalObjects, block.Size + block.IndexSize, block.CompactionLevel);
}
