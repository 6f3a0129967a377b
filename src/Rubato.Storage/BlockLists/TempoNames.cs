namespace Rubato.Storage.BlockLists;

/// <summary>What a Tempo on the same bucket or folder writes: recognised to be counted and left alone.</summary>
internal static class TempoNames
{
    /// <summary>An object of a block that Rubato does not write (data.parquet is of both).</summary>
    public static bool IsOfBlock(string name) =>
        name is "meta.json" or "meta.compacted.json" or "data" or "index" || name.StartsWith("bloom-", StringComparison.Ordinal);

    public static bool IsTenantIndex(string name) => name is "index.json.gz" or "index.pb.zst";
}
