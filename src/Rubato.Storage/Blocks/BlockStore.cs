using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks.V1.Reading;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Blocks;

/// <summary>
/// Opens a tenant's blocks for queries. Keeps them open (a block that is open is a few names; its index and footer are in
/// the cache) and sets damaged ones aside: named in the answer and in the log, never a wrong answer.
/// </summary>
public sealed partial class BlockStore(IObjectStore store, BlockList list, IBlockCache cache, ILogger<BlockStore> logger) : IDisposable
{
    /// <summary>Blocks that are opened at the same time: over a network each waits tens of milliseconds, on this machine each needs a core.</summary>
    private const int RemoteBlocksAtOnce = 32;

    private readonly int _blocksAtOnce = store.TryGetLocalPath(BlockKeys.Meta) is null ? RemoteBlocksAtOnce : Environment.ProcessorCount;
    private readonly ConcurrentDictionary<(TenantId Tenant, BlockId Block), IBlock> _open = new();

    public BlockList BlockList => list;

    public ImmutableArray<BlockMeta> List(TenantId tenant) => list.Blocks(tenant);

    /// <summary>Those that may hold a span within the range.</summary>
    public ImmutableArray<BlockMeta> List(TenantId tenant, TimeRange range) => list.Blocks(tenant, range);

    /// <summary>
    /// Recent segments (as given) and those of the blocks in <paramref name="blocks"/> that may hold traces touching the range,
    /// newest traces first; with <paramref name="traceId"/> only the row groups that have it.
    /// </summary>
    public async ValueTask<SpanSnapshot> OpenAsync(
        TenantId tenant, ImmutableArray<BlockMeta> blocks, List<ISpanSegment> recent, TimeRange range, TraceId? traceId, CancellationToken cancellationToken)
    {
        Forget(blocks);
        var problems = new List<string>();
        foreach (var quarantined in list.Quarantined)
        {
            if (quarantined.Tenant == tenant) problems.Add($"block {quarantined.BlockId} is set aside: {quarantined.Reason}");
        }

        // What memory knows is asked in one go: a look-up rules out a thousand blocks in less than a millisecond, without a task for each.
        var fromBlocks = new List<ISpanSegment>();
        var unknown = new List<BlockMeta>();
        long bytes = 0;
        var (count, skipped, outOfRange) = (0, 0, 0);
        foreach (var meta in blocks)
        {
            // A trace is found whatever the range says; for searches a block outside the range has no trace that touches it.
            if (range != TimeRange.All && !BlockTimes.Overlaps(meta, range))
            {
                outOfRange++;
                continue;
            }

            count++;
            bytes += meta.Size;
            if (traceId is { } id)
            {
                if (Open(meta).MayHaveTrace(id) == false) skipped++;
                else unknown.Add(meta);
            }
            else if (Open(meta).TryOpenSegments() is { } known)
            {
                fromBlocks.AddRange(known);
            }
            else
            {
                unknown.Add(meta);
            }
        }

        foreach (var opened in await OpenAsync(unknown, traceId, cancellationToken))
        {
            fromBlocks.AddRange(opened.Segments);
            if (opened.Problem is not null) problems.Add(opened.Problem);
            // Gone since the list was read, or damaged: not among those that were looked at.
            if (!opened.IsThere) (count, bytes) = (count - 1, bytes - opened.Size);
            else if (traceId is not null && opened.Segments.Count == 0) skipped++;
        }

        fromBlocks.Sort((a, b) => b.MaxTraceStartUnixNano.CompareTo(a.MaxTraceStartUnixNano));
        return new SpanSnapshot([.. recent, .. fromBlocks], problems, count, bytes) { SkippedBlockCount = skipped, BlocksOutOfRange = outOfRange };
    }

    /// <summary>Blocks of which something must be read, several at a time, in the order given.</summary>
    private async Task<OpenedBlock[]> OpenAsync(List<BlockMeta> blocks, TraceId? traceId, CancellationToken cancellationToken)
    {
        var opened = new OpenedBlock[blocks.Count];
        if (blocks.Count == 0) return opened;
        if (blocks.Count == 1)
        {
            opened[0] = await OpenAsync(blocks[0], traceId, cancellationToken);
            return opened;
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = SideBySide.Of(_blocksAtOnce), CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, opened.Length, parallel, async (i, cancelled) => opened[i] = await OpenAsync(blocks[i], traceId, cancelled));
        return opened;
    }

    private async ValueTask<OpenedBlock> OpenAsync(BlockMeta meta, TraceId? traceId, CancellationToken cancellationToken)
    {
        try
        {
            var block = Open(meta);
            if (traceId is not { } id) return new OpenedBlock(await block.OpenSegmentsAsync(cancellationToken), meta.Size);
            return new OpenedBlock(await block.FindTraceAsync(id, cancellationToken) is { } segment ? [segment] : [], meta.Size);
        }
        catch (SegmentDamagedException e) when (e.InnerException is ObjectNotFoundException or FileNotFoundException or DirectoryNotFoundException && IsUnlisted(meta))
        {
            // Deleted by retention or compaction since the list was read: not a problem of the answer.
            LogGone(logger, meta.TenantId.Value, meta.BlockId.ToString());
            return new OpenedBlock([], meta.Size, IsThere: false);
        }
        catch (SegmentDamagedException e)
        {
            if (!Damage.MayPass(e)) SetAside(meta, e.Message);
            return new OpenedBlock([], meta.Size, e.Message, IsThere: false);
        }
    }

    public void SetAside(BlockMeta meta, string reason)
    {
        list.Quarantine(meta.TenantId, meta.BlockId, reason);
        // Not disposed: a query may still read it. Its file handle closes with the last reader.
        _open.TryRemove((meta.TenantId, meta.BlockId), out _);
    }

    public void Dispose()
    {
        foreach (var (_, block) in _open) block.Dispose();
        _open.Clear();
    }

    private bool IsUnlisted(BlockMeta meta) => !list.Blocks(meta.TenantId).Any(b => b.BlockId == meta.BlockId);

    private IBlock Open(BlockMeta meta) => _open.GetOrAdd(
        (meta.TenantId, meta.BlockId),
        static (_, state) => BlockFormats.Current.Open(state.store, BlockKeys.Folder(state.meta.TenantId, state.meta.BlockId), state.cache, state.meta),
        (store, cache, meta));

    // Blocks that left the list (retention, compaction) are let go when more are open than are listed by far.
    private void Forget(ImmutableArray<BlockMeta> blocks)
    {
        if (_open.Count < 64 || _open.Count < 2 * list.Tenants.Sum(t => list.Blocks(t).Length)) return;
        var known = list.Tenants.SelectMany(t => list.Blocks(t)).Concat(blocks).Select(b => (b.TenantId, b.BlockId)).ToHashSet();
        foreach (var id in _open.Keys)
        {
            if (!known.Contains(id)) _open.TryRemove(id, out _);
        }
    }

    [LoggerMessage(EventId = 4101, EventName = "BlockGone", Level = LogLevel.Debug, Message = "a listed block is gone tenant={Tenant} block={Block}")]
    private static partial void LogGone(ILogger logger, string tenant, string block);
}
