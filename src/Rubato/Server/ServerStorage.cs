using Rubato.Configuration;
using Rubato.Configuration.Options;
using Rubato.Ingest.Ingester;
using Rubato.Model.Tenants;
using Rubato.Server.Status;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.Compaction;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.ObjectStores.Remote;
using Rubato.Storage.Wal;

namespace Rubato.Server;

/// <summary>The storage side of the process: write-ahead log, object store, block list, and the loops over them.</summary>
internal sealed class ServerStorage : IAsyncDisposable
{
    private readonly ObjectStoreInUse _inUse;
    private readonly IObjectStore _store;
    private readonly SharedCaches _caches;
    private readonly RubatoConfig _config;
    private readonly string _home;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly BlockCache _cache;

    private ServerStorage(
        RubatoConfig config, string home, ObjectStoreInUse inUse, SharedCaches caches, IObjectStore store, WriteAheadLog wal, BlockList list, BlockListPoller poller, ILoggerFactory loggers,
        TimeProvider time, Random random)
    {
        _config = config;
        _home = home;
        _inUse = inUse;
        _store = store;
        _caches = caches;
        _loggers = loggers;
        _time = time;
        _random = random;
        Wal = wal;
        Poller = poller;
        _cache = new BlockCache(config.Storage.Trace.BlockCacheBytes);
        BlockCacheMetrics.Register(_cache);
        Blocks = new BlockStore(store, list, _cache, loggers.CreateLogger<BlockStore>());
        BlockSink = new BlockSink(
            store, list, wal.WalId, Path.Combine(home, "cut"), BlockWriterOptions.Default, time, random);
    }

    public WriteAheadLog Wal { get; }

    public BlockListPoller Poller { get; }

    public BlockStore Blocks { get; }

    /// <summary>The store behind the caches: for small objects that others change.</summary>
    public IObjectStore Objects => _inUse.Store;

    public BlockSink BlockSink { get; }

    public static async Task<ServerStorage> OpenAsync(RubatoConfig config, ILoggerFactory loggers, TimeProvider time, Random random, CancellationToken cancellationToken)
    {
        var trace = config.Storage.Trace;
        WriteAheadLog? wal = null;
        ObjectStoreInUse? inUse = null;
        SharedCaches? caches = null;
        try
        {
            var home = WalHome.Prepare(trace.Wal.Path, loggers.CreateLogger<WriteAheadLog>());
            wal = WriteAheadLog.Open(WalOptions(trace, home), time, random, loggers.CreateLogger<WriteAheadLog>());
            inUse = new ObjectStoreFactory(time, random, loggers, Environment.GetEnvironmentVariable).Create(trace);
            caches = SharedCaches.Create(config, time, loggers);
            var store = caches.Before(inUse.Store);
            var list = new BlockList(loggers.CreateLogger<BlockList>());
            var poller = new BlockListPoller(
                store, list, BlockListSettings.Of(trace), time, loggers.CreateLogger<BlockListPoller>(), random);
            await poller.LoadAsync(cancellationToken);
            return new ServerStorage(config, home, inUse, caches, store, wal, list, poller, loggers, time, random);
        }
        catch (DataFolderInUseException e)
        {
            throw new StartException(e.Message, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or StartException)
        {
            if (wal is not null) await wal.DisposeAsync();
            if (caches is not null) await caches.DisposeAsync();
            inUse?.Dispose();
            if (e is StartException) throw;
            if (e is ObjectStoreException) throw new StartException(e.Message, e);
            var blocks = trace.Backend == "local" ? $"storage.trace.local.path {trace.Local.Path}" : $"storage.trace.backend {trace.Backend}";
            throw new StartException($"the data folders cannot be used (storage.trace.wal.path {trace.Wal.Path}, {blocks}): {e.Message}", e);
        }
    }

    /// <summary>What the segments of the write-ahead log take on the disk.</summary>
    public long WalBytes()
    {
        try
        {
            return new DirectoryInfo(_home).EnumerateFiles().Sum(file => file.Length);
        }
        catch (IOException)
        {
            // A segment went while it was counted.
            return 0;
        }
    }

    /// <summary>Free and all bytes of the disk that the write-ahead log lies on; nulls where the system does not say.</summary>
    public (long? Free, long? Total) Disk()
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(_home));
            return (drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (null, null);
        }
    }

    /// <summary>The cache of blocks by part, and the shared caches.</summary>
    public IReadOnlyList<CacheStatus> CacheStatus() =>
    [
        .. Enum.GetValues<BlockPart>().Select(part =>
        {
            var figures = _cache.Figures(part);
            return new CacheStatus("blocks: " + part.ToString().ToLowerInvariant(), [], figures.Bytes, _config.Storage.Trace.BlockCacheBytes, figures.Hits, figures.Misses);
        }),
        .. _caches.ByRole.GroupBy(role => role.Value).Select(cache => new CacheStatus("shared", [.. cache.Select(role => role.Key.ToString().ToLowerInvariant())], null, null, null, null)),
    ];

    /// <summary>What of the WAL is in blocks already.</summary>
    public Task<ReplayFilter> ReplayFilterAsync(CancellationToken cancellationToken) =>
        ReplayFilterReader.ReadAsync(_store, Blocks.BlockList, Wal.WalId, cancellationToken);

    public RetentionSweeper Retention(ITenantLimits limits) => new(
        _store, Blocks.BlockList,
        tenant => limits.For(tenant).BlockRetention is { Ticks: > 0 } own ? own : _config.Compactor.Compaction.BlockRetention,
        new RetentionOptions
        {
            Interval = _config.Storage.Trace.BlocklistPoll,
            CompactedBlockRetention = _config.Compactor.Compaction.CompactedBlockRetention,
            Concurrency = _config.Compactor.Compaction.RetentionConcurrency is 0 ? 10 : _config.Compactor.Compaction.RetentionConcurrency,
        },
        _time, _loggers.CreateLogger<RetentionSweeper>());

    /// <summary>Merges this process's blocks; ends inputs through the sweeper.</summary>
    public Compactor Compactor(ITenantLimits limits, RetentionSweeper sweeper)
    {
        var keys = _config.Compactor.Compaction;
        var options = new Rubato.Storage.Compaction.CompactionOptions
        {
            Cycle = keys.CompactionCycle,
            Window = keys.CompactionWindow,
            MaxTraces = keys.MaxCompactionObjects,
            MaxBytes = keys.MaxBlockBytes,
            MinInputs = keys.MinInputBlocks,
            MaxInputs = keys.MaxInputBlocks,
            MaxTimePerTenant = keys.MaxTimePerTenant,
            CpuShare = keys.CpuShare,
            ScratchFolder = Path.Combine(_home, "compact"),
        };
        return new Compactor(
            _caches.BeforeMerges(_inUse.Store), Blocks.BlockList, sweeper, Settings, options, BlockWriterOptions.Compacted, Wal.WalId, () => Wal.LowestKept, _time, _random,
            _loggers.CreateLogger<Compactor>());

        TenantCompaction Settings(TenantId tenant)
        {
            var own = limits.For(tenant);
            return new TenantCompaction(own.CompactionDisabled, own.CompactionWindow);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Wal.DisposeAsync();
        Blocks.Dispose();
        await _caches.DisposeAsync();
        _inUse.Dispose();
    }

    private static Rubato.Storage.Wal.WalOptions WalOptions(TraceStorageOptions trace, string home) => new()
    {
        Path = home,
        Encoding = WalEncodings.TryParse(trace.Wal.Encoding, out var encoding) ? encoding : WalEncoding.Snappy,
        Sync = trace.Wal.Sync.Mode switch
        {
            Configuration.Options.WalSyncMode.Never => Rubato.Storage.Wal.WalSyncMode.Never,
            Configuration.Options.WalSyncMode.Interval => Rubato.Storage.Wal.WalSyncMode.Every(trace.Wal.Sync.Interval),
            _ => Rubato.Storage.Wal.WalSyncMode.Always,
        },
    };
}
