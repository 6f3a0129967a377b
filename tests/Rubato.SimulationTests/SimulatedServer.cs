using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Ingest.Distributor;
using Rubato.Ingest.Ingester;
using Rubato.Model.Tenants;
using Rubato.Query.Api;
using Rubato.Server;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.Compaction;
using Rubato.Storage.Wal;
using Rubato.Testing.Faults;

namespace Rubato.SimulationTests;

/// <summary>
/// One life of the server: the real parts, put together and started in the order of <c>ServerStorage</c> and <c>RubatoServer</c>, over a
/// simulated disk and store. The loops do not run; the simulation calls their steps.
/// </summary>
internal sealed class SimulatedServer : IAsyncDisposable
{
    private readonly WriteAheadLog _wal;
    private readonly BlockStore _blocks;
    private readonly QueryApi _api;

    private SimulatedServer(FaultyObjectStore store, WriteAheadLog wal, BlockList list, BlockListPoller poller, SimulationOptions options, TimeProvider time, Random random, string scratch)
    {
        _wal = wal;
        List = list;
        Poller = poller;
        _blocks = new BlockStore(store, list, new BlockCache(options.CacheBytes), NullLogger<BlockStore>.Instance);
        var sink = new BlockSink(store, list, wal.WalId, scratch, options.Blocks, time, random);
        var limits = new FixedTenantLimits(new TenantLimits { RateLimitBytes = long.MaxValue, BurstSizeBytes = long.MaxValue, MaxTracesPerUser = 0 });
        Ingester = new Ingester(wal, sink, limits, options.Ingester, maxAttributeBytes: 2048, time, NullLogger<Ingester>.Instance);
        Distributor = new Distributor(Ingester, limits, new DistributorOptions(), time, NullLogger<Distributor>.Instance);
        Sweeper = new RetentionSweeper(
            store, list, tenant => options.Retention[tenant], new RetentionOptions { CompactedBlockRetention = options.CompactedBlockRetention, Concurrency = 1 }, time);
        Compactor = new Compactor(
            store, list, Sweeper, _ => default, options.Compaction with { ScratchFolder = Path.Combine(scratch, "compact") }, options.Blocks, wal.WalId, () => wal.LowestKept, time, random);
        _api = new QueryApi(
            new RecentAndBlocks(Ingester, _blocks, State), limits,
            new QueryApiOptions
            {
                MultitenancyEnabled = true, IsMeasured = false, Parallelism = 1, MaxResultLimit = 0, MaxSpansPerSpanset = 0, MaxSearchDuration = TimeSpan.Zero,
            },
            time, NullLogger<QueryApi>.Instance);
        Queries = new QueryClient(_api);
    }

    public Ingester Ingester { get; }

    public Distributor Distributor { get; }

    public BlockList List { get; }

    public BlockListPoller Poller { get; }

    public RetentionSweeper Sweeper { get; }

    public Compactor Compactor { get; }

    public QueryClient Queries { get; }

    private ServerState State { get; } = new();

    public static async Task<SimulatedServer> StartAsync(
        FaultyObjectStore store, MemoryWalFileSystem disk, SimulationOptions options, TimeProvider time, Random random, string scratch)
    {
        var wal = WriteAheadLog.Open(options.Wal, disk, time, random);
        try
        {
            var list = new BlockList();
            // One at a time: what runs at once would meet the faults in another order each time.
            var poller = new BlockListPoller(store, list, new BlockListPollerOptions { Concurrency = 1 }, time);
            await poller.LoadAsync(CancellationToken.None);
            var server = new SimulatedServer(store, wal, list, poller, options, time, random, scratch);
            var filter = await ReplayFilterReader.ReadAsync(store, list, wal.WalId, CancellationToken.None);
            await server.Ingester.ReplayAsync(filter, CancellationToken.None);
            server.State.Set("ingester", "Running");
            return server;
        }
        catch
        {
            await wal.DisposeAsync();
            throw;
        }
    }

    public Task StopAsync() => Ingester.StopAsync(flush: false, CancellationToken.None);

    /// <summary>Ends the WAL's thread and lets files go. Of a dead process nothing of this reaches disk or store.</summary>
    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await Ingester.DisposeAsync();
        await _wal.DisposeAsync();
        _blocks.Dispose();
    }
}
