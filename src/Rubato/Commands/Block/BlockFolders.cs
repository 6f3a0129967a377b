using Rubato.Storage.Blocks;

namespace Rubato.Commands.Block;

/// <summary>A folder that looks like a block, and what is wrong with it if it is none.</summary>
internal sealed record FoundBlock(string Tenant, string Block, BlockMeta? Meta, string? Problem);

/// <summary>Finds tenant/block folders.</summary>
internal static class BlockFolders
{
    public static async Task<List<FoundBlock>> FindAsync(string root, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root)) throw new DirectoryNotFoundException($"there is no folder {root}");
        // The server keeps its blocks in a folder of their own beside the WAL.
        var blocks = Path.Combine(root, "blocks");
        if (Directory.Exists(blocks)) root = blocks;
        var found = new List<FoundBlock>();
        foreach (var tenant in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            foreach (var folder in Directory.EnumerateDirectories(tenant).Order(StringComparer.Ordinal))
            {
                if (!BlockId.TryParse(Path.GetFileName(folder), out _)) continue;
                found.Add(await ReadAsync(Path.GetFileName(tenant), folder, cancellationToken));
            }
        }

        return found;
    }

    private static async Task<FoundBlock> ReadAsync(string tenant, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, BlockKeys.Meta);
        var name = Path.GetFileName(folder);
        if (!File.Exists(path) && File.Exists(Path.Combine(folder, BlockKeys.CompactedMeta)))
            return new FoundBlock(tenant, name, null, "merged into another block, or past its retention: goes after compacted_block_retention");
        if (!File.Exists(path)) return new FoundBlock(tenant, name, null, $"no {BlockKeys.Meta}: never finished, or being written");
        var json = await File.ReadAllBytesAsync(path, cancellationToken);
        if (json.AsSpan().SequenceEqual(BlockMeta.GivenUp)) return new FoundBlock(tenant, name, null, "a merge that was given up: goes after a day");
        return BlockMeta.TryParse(json, out var meta, out var error)
            ? new FoundBlock(tenant, name, meta, null)
            : new FoundBlock(tenant, name, null, $"{BlockKeys.Meta}: {error}");
    }
}
