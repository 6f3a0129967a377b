using System.Text.Json;
using System.Text.Json.Serialization;
using Rubato.Storage.Blocks;

namespace Rubato.Storage.Compaction;

/// <summary>The content of <c>claim.N</c> in a block's folder: who merges the block, into which other.</summary>
/// <param name="Output">The block that it becomes part of.</param>
/// <param name="Owner">The process: the identity of its WAL, which no two share and which a restart keeps.</param>
/// <param name="Time">When the merge began.</param>
internal sealed record CompactionClaim(
    [property: JsonPropertyName("output"), JsonConverter(typeof(BlockIdJsonConverter))] BlockId Output,
    [property: JsonPropertyName("owner")] Guid Owner,
    [property: JsonPropertyName("time")] DateTimeOffset Time)
{
    public static string FileName(int number) => FormattableString.Invariant($"claim.{number}");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, CompactionJsonContext.Default.CompactionClaim);

    /// <summary>Null when the bytes are no claim.</summary>
    public static CompactionClaim? TryParse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, CompactionJsonContext.Default.CompactionClaim);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSerializable(typeof(CompactionClaim))]
internal sealed partial class CompactionJsonContext : JsonSerializerContext;
