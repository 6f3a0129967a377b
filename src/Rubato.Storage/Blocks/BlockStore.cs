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
    private readonly ConcurrentDictionary<BlockId, IBlock> _open = new();

    public BlockList BlockList => list;

    public ImmutableArray<BlockMeta> List(TenantId tenant) => list.Blocks(tenant);

    /// <summary>
    /// Recent segments (as given) and those of the blocks in <paramref name="blocks"/> that may hold traces touching the range,
    /// newest traces first; with <paramref name="traceId"/> only the row groups that have it.
    /// </summary>
    public async ValueTask<SpanSnapshot> OpenAsync(
        TenantId tenant, ImmutableArray<BlockMeta> blocks, List<ISpanSegment> recent, TimeRange range, TraceId? traceId, CancellationToken cancellationToken)
    {
        Forget(blocks);
        var segments = new List<ISpanSegment>(recent);
        var problems = new List<string>();
        var fromBlocks = new List<ISpanSegment>();
        long bytes = 0;
        var count = 0;
        foreach (var quarantined in list.Quarantined)
        {
            if (quarantined.Tenant == tenant) problems.Add($"block {quarantined.BlockId} is set aside: {quarantined.Reason}");
        }

        foreach (var meta in blocks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // A trace is found whatever the range says; for searches a block outside the range has no trace that touches it.
            if (!Overlaps(meta, range)) continue;
            try
            {
                var block = Open(meta);
                if (traceId is { } id)
                {
                    if (await block.FindTraceAsync(id, cancellationToken) is { } segment) fromBlocks.Add(segment);
                }
                else
                {
                    fromBlocks.AddRange(await block.OpenSegmentsAsync(cancellationToken));
                }

                count++;
                bytes += meta.Size;
            }
            catch (SegmentDamagedException e)
            {
                problems.Add(e.Message);
                if (!Damage.MayPass(e)) SetAside(meta, e.Message);
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or ObjectNotFoundException)
            {
                // Deleted by retention since the list was read: not a problem of the answer.
                LogGone(logger, meta.TenantId.Value, meta.BlockId.ToString());
            }
        }

        fromBlocks.Sort((a, b) => b.MaxTraceStartUnixNano.CompareTo(a.MaxTraceStartUnixNano));
        segments.AddRange(fromBlocks);
        return new SpanSnapshot(segments, problems, count, bytes);
    }

    public void SetAside(BlockMeta meta, string reason)
    {
        list.Quarantine(meta.TenantId, meta.BlockId, reason);
        // Not disposed: a query may still read it. Its file handle closes with the last reader.
        _open.TryRemove(meta.BlockId, out _);
    }

    public void Dispose()
    {
        foreach (var (_, block) in _open) block.Dispose();
        _open.Clear();
    }

    private static bool Overlaps(BlockMeta meta, TimeRange range) =>
        range == TimeRange.All
        || (UnixNano(meta.StartTime) <= range.EndUnixNano && UnixNano(meta.EndTime.AddTicks(1)) >= range.StartUnixNano);

    private static ulong UnixNano(DateTimeOffset time) => time <= DateTimeOffset.UnixEpoch ? 0 : (ulong)(time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private IBlock Open(BlockMeta meta) => _open.GetOrAdd(
        meta.BlockId,
        static (_, state) => BlockFormats.Current.Open(state.store, BlockKeys.Folder(state.meta.TenantId, state.meta.BlockId), state.cache),
        (store, cache, meta));

    // Blocks that left the list (retention, compaction) are let go when more are open than are listed by far.
    private void Forget(ImmutableArray<BlockMeta> blocks)
    {
        if (_open.Count < 64 || _open.Count < 2 * list.Tenants.Sum(t => list.Blocks(t).Length)) return;
        var known = list.Tenants.SelectMany(t => list.Blocks(t)).Select(b => b.BlockId).Concat(blocks.Select(b => b.BlockId)).ToHashSet();
        foreach (var id in _open.Keys)
        {
            if (!known.Contains(id)) _open.TryRemove(id, out _);
        }
    }

    [LoggerMessage(EventId = 4101, EventName = "BlockGone", Level = LogLevel.Debug, Message = "a listed block is gone tenant={Tenant} block={Block}")]
    private static partial void LogGone(ILogger logger, string tenant, string block);
}
