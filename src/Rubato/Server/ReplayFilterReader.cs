using Rubato.Ingest.Ingester;
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
                if (block.WalRecords.Count > 0 ? block.WalId != walId : !block.HeldWals.Contains(walId)) continue;
                foreach (var part in await HeldRecordsReader.ReadAsync(store, block, cancellationToken))
                {
                    if (part.WalId == walId) filter.AddBlock(part.Records.Select(r => (r.First, r.Last)), part.Carried);
                }
            }
        }

        return filter;
    }
}
