using System.Collections.Concurrent;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Commands.Block;

/// <summary>A folder that looks like a block, and what is wrong with it if it is none.</summary>
internal sealed record FoundBlock(string Tenant, string Block, BlockMeta? Meta, string? Problem);

/// <summary>Finds the blocks of a store. A Tempo's blocks are none of ours.</summary>
internal static class BlockListing
{
    private const int Concurrency = 50;

    /// <summary>By tenant and block; those replaced or past their retention are left out.</summary>
    public static async Task<List<FoundBlock>> FindAsync(IObjectStore store, CancellationToken cancellationToken)
    {
        var folders = new Dictionary<(TenantId Tenant, BlockId Block), HashSet<string>>();
        await foreach (var info in store.ListAsync("", cancellationToken))
        {
            if (!BlockKeys.TryParse(info.Key, out var tenant, out var block, out var name))
                continue;
            if (!folders.TryGetValue((tenant, block), out var names))
                folders[(tenant, block)] = names = [];
            names.Add(name);
        }

        var found = new ConcurrentBag<FoundBlock>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Concurrency, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(folders, options, async (folder, token) =>
        {
            var ((tenant, block), names) = folder;
            if (names.Contains(BlockKeys.Meta))
                found.Add(await ReadAsync(store, tenant, block, token));
            else if (!names.Contains(BlockKeys.CompactedMeta) && names.Any(BlockKeys.IsOurs) && block.CreatedAt is not null)
                found.Add(new FoundBlock(tenant.Value, block.ToString(), null, $"no {BlockKeys.Meta}: never finished, or being written"));
        });
        return [.. found.OrderBy(b => b.Tenant, StringComparer.Ordinal).ThenBy(b => b.Block, StringComparer.Ordinal)];
    }

    private static async Task<FoundBlock> ReadAsync(IObjectStore store, TenantId tenant, BlockId block, CancellationToken cancellationToken)
    {
        var json = await store.GetAsync(BlockKeys.Of(tenant, block, BlockKeys.Meta), cancellationToken);
        if (json.AsSpan().SequenceEqual(BlockMeta.GivenUp)) return new FoundBlock(tenant.Value, block.ToString(), null, "a merge that was given up: goes after a day");
        return BlockMeta.TryParse(json, out var meta, out var error)
            ? new FoundBlock(tenant.Value, block.ToString(), meta, null)
            : new FoundBlock(tenant.Value, block.ToString(), null, $"{BlockKeys.Meta}: {error}");
    }
}
