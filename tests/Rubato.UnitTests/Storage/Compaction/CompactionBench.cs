using Microsoft.Extensions.Time.Testing;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.Compaction;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.Wal;
using Rubato.Testing;
using Rubato.UnitTests.Storage.Blocks;
using Rubato.UnitTests.Storage.ObjectStores;
using SpanText = Rubato.UnitTests.Storage.Blocks.SpanText;

namespace Rubato.UnitTests.Storage.Compaction;

/// <summary>A store in memory with real blocks in it, and the processes that work on it.</summary>
internal sealed class CompactionBench : IDisposable
{
    public static readonly TenantId Tenant = TenantId.Parse("acme");

    private readonly string _scratch = Directory.CreateTempSubdirectory("rubato-compact-").FullName;
    private readonly SpanGenerator _spans;
    private readonly List<SpanBatch> _batches = [];
    private readonly Random _random;

    public CompactionBench(int seed)
    {
        _spans = new SpanGenerator(seed) { DuplicateShare = 0 };
        _random = new Random(seed);
        Store = new MemoryObjectStore(Time);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public MemoryObjectStore Store { get; }

    public static Guid Wal { get; } = new(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]);

    /// <summary>A block of new spans, all of whose facts are right but for the time range, which lies in the window of now.</summary>
    public async Task<BlockMeta> AddBlockAsync(int spans = 60, Func<BlockMeta, BlockMeta>? with = null)
    {
        var batch = _spans.Batch(spans);
        _batches.Add(batch);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        using var data = new MemoryStream();
        using var index = new MemoryStream();
        var figures = BlockFormats.Current.Write([BatchRows.All(batch)], data, index, new BlockWriterOptions { RowGroupSpans = 40 }, CancellationToken.None);
        var meta = BlockMetas.Of(Tenant, BlockId.New(Time, _random), figures) with { StartTime = Time.GetUtcNow().AddMinutes(-5), EndTime = Time.GetUtcNow() };
        if (with is not null) meta = with(meta);
        await Store.PutAsync(BlockKeys.Of(Tenant, meta.BlockId, BlockKeys.Data), data.ToArray());
        await Store.PutAsync(BlockKeys.Of(Tenant, meta.BlockId, BlockKeys.Index), index.ToArray());
        await Store.PutAsync(BlockKeys.Of(Tenant, meta.BlockId, BlockKeys.Meta), meta.ToJson());
        return meta;
    }

    /// <summary>A process: its list is what the store has now.</summary>
    public async Task<Process> StartAsync(Guid? wal = null, CompactionOptions? options = null, long lowestKept = long.MaxValue)
    {
        var list = new BlockList();
        var sweeper = new RetentionSweeper(Store, list, _ => TimeSpan.Zero, new RetentionOptions(), Time);
        var compactor = new Compactor(
            Store, list, sweeper, _ => default, options ?? Options(), new BlockWriterOptions { RowGroupSpans = 100 }, wal ?? Wal, () => lowestKept, Time,
            new Random(_random.Next()));
        var process = new Process(Store, list, sweeper, compactor, new BlockListPoller(Store, list, new BlockListPollerOptions(), Time));
        await process.Poller.PollAsync(CancellationToken.None);
        return process;
    }

    public CompactionOptions Options() => new() { ScratchFolder = _scratch, MinInputs = 2, MaxInputs = 4, CpuShare = 1 };

    public async Task<List<string>> ExpectedAsync() => await SpanText.ExpectedAsync(_batches.Select(b => new BatchSegment(b)));

    /// <summary>All spans of the blocks that a list shows, each as often as it is there.</summary>
    public async Task<List<string>> FoundAsync(BlockList list)
    {
        var texts = new List<string>();
        foreach (var meta in list.Blocks(Tenant))
        {
            using var block = BlockFormats.Current.Open(Store, BlockKeys.Folder(Tenant, meta.BlockId), new BlockCache(16 << 20));
            texts.AddRange(await SpanText.ReadAsync(await block.OpenSegmentsAsync(CancellationToken.None)));
        }

        texts.Sort(StringComparer.Ordinal);
        return texts;
    }

    /// <summary>What a process that starts now would show.</summary>
    public async Task AssertAllOnceAsync()
    {
        var fresh = await StartAsync();
        await AssertAllOnceAsync(fresh.List);
    }

    public async Task AssertAllOnceAsync(BlockList list)
    {
        Xunit.Assert.Empty(list.Quarantined);
        Xunit.Assert.Equal((await ExpectedAsync()).Order(StringComparer.Ordinal), await FoundAsync(list));
    }

    public void Dispose() => Directory.Delete(_scratch, recursive: true);

    public sealed record Process(IObjectStore Store, BlockList List, RetentionSweeper Sweeper, Compactor Compactor, BlockListPoller Poller);
}
