using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;

namespace Rubato.Storage.BlockLists;

/// <summary>
/// The live blocks of each tenant. Readers take an immutable array and keep it for their whole query; writers replace
/// it whole, under one lock. What this process writes or removes is visible at once, the rest at the next poll.
/// </summary>
public sealed partial class BlockList(ILogger<BlockList>? logger = null)
{
    private readonly Lock _gate = new();
    private readonly ILogger _logger = logger ?? NullLogger<BlockList>.Instance;
    private ImmutableDictionary<TenantId, BlockTimes> _tenants = ImmutableDictionary<TenantId, BlockTimes>.Empty;
    private ImmutableDictionary<TenantId, ImmutableArray<BlockMeta>> _replaced = ImmutableDictionary<TenantId, ImmutableArray<BlockMeta>>.Empty;

    // By tenant too: a copy of a block under another tenant has the same id, and only the copy is to be set aside.
    private ImmutableDictionary<(TenantId Tenant, BlockId Block), QuarantinedBlock> _quarantined =
        ImmutableDictionary<(TenantId Tenant, BlockId Block), QuarantinedBlock>.Empty;

    // Null while no poll runs. What was added or removed since the poll began is newer than what the poll saw.
    private Dictionary<(TenantId Tenant, BlockId Block), BlockMeta?>? _changedDuringPoll;

    public IEnumerable<TenantId> Tenants => Volatile.Read(ref _tenants).Keys;

    public IEnumerable<QuarantinedBlock> Quarantined => Volatile.Read(ref _quarantined).Values;

    /// <summary>Newest first by the start of their newest trace; damaged ones and those that a merged block replaces left out.</summary>
    public ImmutableArray<BlockMeta> Blocks(TenantId tenant) => Volatile.Read(ref _tenants).GetValueOrDefault(tenant)?.Blocks ?? [];

    /// <summary>Those of <see cref="Blocks(TenantId)"/> that may hold a span within the range; does not visit all of them.</summary>
    public ImmutableArray<BlockMeta> Blocks(TenantId tenant, TimeRange range) => Volatile.Read(ref _tenants).GetValueOrDefault(tenant)?.Overlapping(range) ?? [];

    /// <summary>
    /// Blocks that still have their rubato.json although a block in the list was merged from them: a merge stopped between its commit and the end. Their spans are in the
    /// other block. Should that one be set aside, they are back.
    /// </summary>
    public ImmutableArray<BlockMeta> Replaced(TenantId tenant) => Volatile.Read(ref _replaced).GetValueOrDefault(tenant, []);

    /// <summary>A block that this process just committed.</summary>
    public void Add(BlockMeta block)
    {
        lock (_gate)
        {
            Note(block.TenantId, block.BlockId, block);
            Set(block.TenantId, [.. Without(block.TenantId, block.BlockId), block]);
        }
    }

    public void Remove(TenantId tenant, BlockId block)
    {
        lock (_gate)
        {
            Note(tenant, block, null);
            Set(tenant, Without(tenant, block));
            _quarantined = _quarantined.Remove((tenant, block));
        }
    }

    /// <summary>New blocks in, old ones out in one step: no reader sees both, or neither.</summary>
    public void Replace(TenantId tenant, IReadOnlyCollection<BlockId> removed, IReadOnlyCollection<BlockMeta> added)
    {
        lock (_gate)
        {
            foreach (var id in removed)
                Note(tenant, id, null);
            foreach (var block in added)
                Note(tenant, block.BlockId, block);
            var gone = removed.ToHashSet();
            Set(tenant, [.. All(tenant).Where(block => !gone.Contains(block.BlockId)), .. added]);
        }
    }

    /// <summary>Sets a damaged block aside: queries go on without it. It stays on disk, to be looked at, until its retention ends.</summary>
    /// <param name="meta">Its description where it is sound although the block is not in the list.</param>
    public void Quarantine(TenantId tenant, BlockId block, string reason, BlockMeta? meta = null)
    {
        lock (_gate)
        {
            if (_quarantined.ContainsKey((tenant, block)))
                return;
            meta ??= All(tenant).FirstOrDefault(other => other.BlockId == block);
            _quarantined = _quarantined.Add((tenant, block), new QuarantinedBlock(tenant, block, reason, meta));
            Set(tenant, Without(tenant, block));
        }

        StorageMetrics.QuarantinedBlocks.WithLabels(tenant.Value).Inc();
        Log.Quarantined(_logger, tenant.Value, block, reason);
    }

    public bool IsQuarantined(TenantId tenant, BlockId block) => Volatile.Read(ref _quarantined).ContainsKey((tenant, block));

    internal void BeginPoll()
    {
        lock (_gate)
            _changedDuringPoll = [];
    }

    /// <summary>Takes over what a poll found, except where this process knows better. Tenants not named keep what they have.</summary>
    internal void EndPoll(IReadOnlyDictionary<TenantId, List<BlockMeta>> found)
    {
        lock (_gate)
        {
            var changed = _changedDuringPoll ?? [];
            _changedDuringPoll = null;
            foreach (var (tenant, blocks) in found)
            {
                var merged = blocks.Where(block => !changed.ContainsKey((tenant, block.BlockId)) && !_quarantined.ContainsKey((tenant, block.BlockId))).ToList();
                merged.AddRange(changed.Where(change => change.Key.Tenant == tenant).Select(change => change.Value).OfType<BlockMeta>());
                Set(tenant, [.. merged]);
            }
        }
    }

    private void Note(TenantId tenant, BlockId block, BlockMeta? state)
    {
        if (_changedDuringPoll is { } changed)
            changed[(tenant, block)] = state;
    }

    /// <summary>Listed and replaced ones.</summary>
    internal IEnumerable<BlockMeta> All(TenantId tenant) => Blocks(tenant).Concat(Replaced(tenant));

    private ImmutableArray<BlockMeta> Without(TenantId tenant, BlockId block) => [.. All(tenant).Where(other => other.BlockId != block)];

    private void Set(TenantId tenant, ImmutableArray<BlockMeta> all)
    {
        var replacedIds = all.SelectMany(block => block.CompactedFrom).ToHashSet();
        var replaced = replacedIds.Count == 0 ? [] : all.Where(block => replacedIds.Contains(block.BlockId)).ToImmutableArray();
        var blocks = replaced.IsEmpty ? all : all.RemoveAll(block => replacedIds.Contains(block.BlockId));
        Volatile.Write(ref _replaced, replaced.IsEmpty ? _replaced.Remove(tenant) : _replaced.SetItem(tenant, replaced));
        StorageMetrics.BlockListLength.WithLabels(tenant.Value).Set(blocks.Length);
        Volatile.Write(ref _tenants, blocks.IsEmpty ? _tenants.Remove(tenant) : _tenants.SetItem(tenant, new BlockTimes(blocks.Sort(NewestFirst))));
    }

    private static int NewestFirst(BlockMeta a, BlockMeta b)
    {
        var byStart = b.MaxTraceStartUnixNano.CompareTo(a.MaxTraceStartUnixNano);
        // Any order will do for equal ones, as long as it is always the same.
        return byStart != 0 ? byStart : b.BlockId.CompareTo(a.BlockId);
    }

    private static partial class Log
    {
        [LoggerMessage(21, LogLevel.Error, "block is damaged and set aside; queries go on without it tenant={Tenant} block={Block} reason={Reason}")]
        public static partial void Quarantined(ILogger logger, string tenant, BlockId block, string reason);
    }
}
