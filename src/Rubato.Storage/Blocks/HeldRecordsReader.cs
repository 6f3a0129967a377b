using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.Blocks;

/// <summary>What a block, from memory or merged, says about WAL records that it holds.</summary>
public static class HeldRecordsReader
{
    /// <exception cref="IOException">The store does not answer.</exception>
    /// <exception cref="InvalidDataException">The block's list is damaged.</exception>
    public static async Task<IReadOnlyList<HeldRecords>> ReadAsync(IObjectStore store, BlockMeta block, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(block);
        var parts = new List<HeldRecords>();
        if (block.WalRecords.Count > 0)
        {
            var carried = await TryGetAsync(store, block, CarriedTraces.FileName, cancellationToken);
            parts.Add(new HeldRecords(block.WalId, block.WalRecords, carried is null ? [] : CarriedTraces.Decode(carried)));
        }

        // Named in the description, so a missing one is an error: replay without it would double spans.
        if (block.HeldWals.Count > 0)
            parts.AddRange(HeldRecords.Decode(await store.GetAsync(BlockKeys.Of(block.TenantId, block.BlockId, HeldRecords.FileName), cancellationToken)));
        return parts;
    }

    private static async Task<byte[]?> TryGetAsync(IObjectStore store, BlockMeta block, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetAsync(BlockKeys.Of(block.TenantId, block.BlockId, name), cancellationToken);
        }
        catch (ObjectNotFoundException)
        {
            return null;
        }
    }
}
