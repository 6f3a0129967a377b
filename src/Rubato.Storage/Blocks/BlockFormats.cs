using System.Diagnostics.CodeAnalysis;
using Rubato.Storage.Blocks.V1;

namespace Rubato.Storage.Blocks;

/// <summary>The formats that this release knows.</summary>
public static class BlockFormats
{
    private static readonly IBlockFormat[] Known = [new BlockFormatV1()];

    /// <summary>What new blocks are written in.</summary>
    public static IBlockFormat Current => Known[0];

    public static IReadOnlyList<IBlockFormat> All => Known;

    /// <summary>Whether these are the bytes of an index.bin as some version wrote them.</summary>
    public static bool IsSoundIndex(ReadOnlySpan<byte> bytes) => V1.Indexing.BlockIndex.IsSound(bytes);

    public static bool TryGet(string name, [NotNullWhen(true)] out IBlockFormat? format)
    {
        format = Array.Find(Known, f => f.Name == name);
        return format is not null;
    }
}
