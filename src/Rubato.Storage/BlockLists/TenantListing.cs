using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.BlockLists;

/// <summary>Everything that lies in a tenant's folder: its blocks, its index, and what others put there.</summary>
internal sealed class TenantListing
{
    private readonly Dictionary<BlockId, BlockFolder> _folders = [];

    public IReadOnlyCollection<BlockFolder> Folders => _folders.Values;

    /// <summary>Null: there is none.</summary>
    public ObjectInfo? Index { get; private set; }

    public int TempoIndexes { get; private set; }

    public int OtherObjects { get; private set; }

    /// <summary>One of the foreign objects, for the log.</summary>
    public string Example { get; private set; } = "";

    public bool HasMeta(BlockId block) => _folders.TryGetValue(block, out var folder) && folder.HasMeta;

    public static async Task<TenantListing> ReadAsync(IObjectStore store, TenantId tenant, CancellationToken cancellationToken)
    {
        var listing = new TenantListing();
        await foreach (var info in store.ListAsync(tenant.Value + "/", cancellationToken))
            listing.Add(info);
        return listing;
    }

    private void Add(in ObjectInfo info)
    {
        if (BlockKeys.TryParse(info.Key, out _, out var block, out var name))
        {
            if (!_folders.TryGetValue(block, out var folder))
                _folders[block] = folder = new BlockFolder(block);
            folder.Add(name, info);
            if (Example.Length == 0 && !BlockKeys.IsOurs(name))
                Example = info.Key;
            return;
        }

        var parts = info.Key.Split('/');
        if (parts is [_, TenantIndex.FileName])
        {
            Index = info;
            return;
        }

        if (parts.Length == 2 && TempoNames.IsTenantIndex(parts[1]))
            TempoIndexes++;
        else
            OtherObjects++;
        if (Example.Length == 0)
            Example = info.Key;
    }
}
