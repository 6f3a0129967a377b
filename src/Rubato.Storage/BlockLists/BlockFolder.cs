using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.Storage.BlockLists;

/// <summary>A folder with a block's name, as the listing shows it. Lengths are -1 where the object is not there.</summary>
internal sealed class BlockFolder(BlockId block)
{
    private bool _hasTempoNames;

    public BlockId Block { get; } = block;

    public long MetaBytes { get; private set; } = -1;

    public DateTimeOffset MetaModified { get; private set; }

    public long DataBytes { get; private set; } = -1;

    public long IndexBytes { get; private set; } = -1;

    public bool HasCompactedMeta { get; private set; }

    public long Bytes { get; private set; }

    public DateTimeOffset LastModified { get; private set; }

    /// <summary>Objects beside a block of ours that no version of Rubato writes.</summary>
    public int OtherObjects { get; private set; }

    public bool HasMeta => MetaBytes >= 0;

    /// <summary>
    /// A Tempo's block, whole or still being uploaded. Both programs call the data data.parquet; but Tempo's ids are random and ours begin with the time, and a Tempo
    /// writes names that we do not.
    /// </summary>
    public bool IsTempos => !HasMeta && !HasCompactedMeta && (_hasTempoNames || Block.CreatedAt is null);

    public void Add(string name, in ObjectInfo info)
    {
        Bytes += info.Length;
        if (info.LastModified > LastModified)
            LastModified = info.LastModified;
        switch (name)
        {
            case BlockKeys.Meta:
                (MetaBytes, MetaModified) = (info.Length, info.LastModified);
                break;
            case BlockKeys.Data:
                DataBytes = info.Length;
                break;
            case BlockKeys.Index:
                IndexBytes = info.Length;
                break;
            case BlockKeys.CompactedMeta:
                HasCompactedMeta = true;
                break;
            default:
                _hasTempoNames |= TempoNames.IsOfBlock(name);
                if (!BlockKeys.IsOurs(name))
                    OtherObjects++;
                break;
        }
    }
}
