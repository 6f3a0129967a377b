using Rubato.Ingest.Ingester;
using Rubato.Model.Spans;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Server;

/// <summary>Tells what of the WAL is in blocks, from the blocks that name this WAL.</summary>
internal static class ReplayFilterReader
{
    /// <exception cref="IOException">What a block left out cannot be read. To go on without it would lose or double spans.</exception>
    public static async Task<ReplayFilter> ReadAsync(IObjectStore store, BlockList list, Guid walId, CancellationToken cancellationToken)
    {
        var filter = new ReplayFilter();
        foreach (var tenant in list.Tenants)
        {
            foreach (var block in list.Blocks(tenant))
            {
                if (block.WalId != walId || block.WalRecords.Count == 0) continue;
                var carried = await CarriedAsync(store, block, cancellationToken);
                filter.AddBlock(block.WalRecords.Select(r => (r.First, r.Last)), carried);
            }
        }

        return filter;
    }

    private static async Task<HashSet<TraceId>> CarriedAsync(IObjectStore store, BlockMeta block, CancellationToken cancellationToken)
    {
        try
        {
            return CarriedTraces.Decode(await store.GetAsync(BlockKeys.Of(block.TenantId, block.BlockId, CarriedTraces.FileName), cancellationToken));
        }
        catch (ObjectNotFoundException)
        {
            return [];
        }
    }
}
