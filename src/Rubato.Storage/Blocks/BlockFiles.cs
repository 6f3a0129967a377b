namespace Rubato.Storage.Blocks;

/// <summary>Names of the objects in a block's folder (docs/formats/block-v1.md).</summary>
public static class BlockFiles
{
    public const string Data = "data.parquet";

    public const string Index = "index.bin";

    /// <summary>The commit point: a folder without it is not a block.</summary>
    public const string Meta = "rubato.json";
}
