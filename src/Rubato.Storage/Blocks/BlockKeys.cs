using Rubato.Model.Tenants;

namespace Rubato.Storage.Blocks;

/// <summary>The objects of a block. Written in this order: data, index, meta; deleted in the opposite one.</summary>
public static class BlockKeys
{
    public const string Data = "data.parquet";
    public const string Index = "index.bin";

    /// <summary>The commit point: with it the block is live. Not Tempo's meta.json, so that a Tempo on the same bucket passes it over.</summary>
    public const string Meta = "rubato.json";

    /// <summary>In place of <see cref="Meta"/> when the block is replaced or past its retention: its objects go soon.</summary>
    public const string CompactedMeta = "rubato.compacted.json";

    private const string ClaimPrefix = "claim.";

    /// <summary>
    /// Names that a Rubato writes into a block's folder, also those of later versions that are known already. Nothing else is ever deleted with a block: it may be another program's.
    /// </summary>
    public static IReadOnlyList<string> Ours { get; } = [Data, Index, CarriedTraces.FileName, "held.bin", Meta, CompactedMeta];

    public static bool IsOurs(string name) => Ours.Contains(name) || IsClaim(name);

    /// <summary>claim.N: who merges the block into which other.</summary>
    private static bool IsClaim(string name) => name.StartsWith(ClaimPrefix, StringComparison.Ordinal) && name.Length > ClaimPrefix.Length && name.AsSpan(ClaimPrefix.Length).IndexOfAnyExceptInRange('0', '9') < 0;

    public static string Folder(TenantId tenant, BlockId block) => $"{tenant.Value}/{block}/";

    public static string Of(TenantId tenant, BlockId block, string name) => $"{tenant.Value}/{block}/{name}";

    /// <summary>Takes <c>tenant/block/name</c> apart; false for anything else that lies in the store.</summary>
    public static bool TryParse(string key, out TenantId tenant, out BlockId block, out string name)
    {
        (tenant, block, name) = (default, default, "");
        var parts = key.Split('/');
        if (parts.Length != 3 || !TenantId.TryParse(parts[0], out tenant) || !BlockId.TryParse(parts[1], out block))
            return false;
        name = parts[2];
        return true;
    }
}
