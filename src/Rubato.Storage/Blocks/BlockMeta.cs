using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rubato.Model.Tenants;
using Rubato.Storage.Wal;

namespace Rubato.Storage.Blocks;

/// <summary>
/// The facts of a block, as <c>rubato.json</c> keeps them: Tempo's field names where it has the field, then our own. Ten thousand of them are in memory: about 380 bytes
/// each, since the texts that are the same in all of them are shared.
/// Unknown fields are passed over, so that an older program reads what a newer one wrote under the same format name.
/// </summary>
public sealed record BlockMeta
{
    public const string CurrentFormat = "rubato1";

    /// <summary>What stands in rubato.json of a merge that was given up: nobody can commit it any more. See CompactionClaims.</summary>
    public static ReadOnlySpan<byte> GivenUp => "{\"format\":\"given up\"}"u8;

    /// <summary>A rubato.json larger than this is not one. 64 k ranges of WAL records fit.</summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>The fields that this program knows.</summary>
    internal static IReadOnlySet<string> Fields { get; } = BlockJsonContext.Default.BlockMeta.Properties.Select(p => p.Name).ToHashSet();

    [JsonPropertyName("format")]
    public string Format { get; init => field = value == CurrentFormat ? CurrentFormat : value; } = CurrentFormat;

    [JsonPropertyName("blockID")]
    [JsonConverter(typeof(BlockIdJsonConverter))]
    public required BlockId BlockId { get; init; }

    [JsonPropertyName("tenantID")]
    [JsonConverter(typeof(TenantIdJsonConverter))]
    public required TenantId TenantId { get; init; }

    /// <summary>The earliest span start, in UTC.</summary>
    [JsonPropertyName("startTime")]
    public required DateTimeOffset StartTime { get; init; }

    /// <summary>The latest span end, in UTC.</summary>
    [JsonPropertyName("endTime")]
    public required DateTimeOffset EndTime { get; init; }

    /// <summary>Traces.</summary>
    [JsonPropertyName("totalObjects")]
    public required long TotalObjects { get; init; }

    /// <summary>Bytes of data.parquet.</summary>
    [JsonPropertyName("size")]
    public required long Size { get; init; }

    [JsonPropertyName("compactionLevel")]
    public int CompactionLevel { get; init; }

    /// <summary>Always none: Parquet compresses its pages itself.</summary>
    [JsonPropertyName("encoding")]
    public string Encoding { get; init => field = value == "none" ? "none" : value; } = "none";

    /// <summary>Row groups.</summary>
    [JsonPropertyName("totalRecords")]
    public required int TotalRecords { get; init; }

    /// <summary>Bytes of the Parquet footer, so that one read gets it.</summary>
    [JsonPropertyName("footerSize")]
    public required int FooterSize { get; init; }

    [JsonPropertyName("replicationFactor")]
    public int ReplicationFactor { get; init; } = 1;

    [JsonPropertyName("totalSpans")]
    public required long TotalSpans { get; init; }

    /// <summary>Bounds of the trace starts: search reads newest first and stops when no unread block can hold a newer trace.</summary>
    [JsonPropertyName("minTraceStartUnixNano")]
    public required long MinTraceStartUnixNano { get; init; }

    [JsonPropertyName("maxTraceStartUnixNano")]
    public required long MaxTraceStartUnixNano { get; init; }

    /// <summary>Bytes of index.bin.</summary>
    [JsonPropertyName("indexSize")]
    public required long IndexSize { get; init; }

    /// <summary>XXH3-64 of index.bin, 16 hexadecimal digits: text, because JSON numbers do not carry 64 bits everywhere.</summary>
    [JsonPropertyName("indexChecksum")]
    public required string IndexChecksum { get; init; }

    /// <summary>Whose numbers <see cref="WalRecords"/> are: <see cref="WriteAheadLog.WalId"/>.</summary>
    [JsonPropertyName("walId")]
    public Guid WalId { get; init; }

    /// <summary>
    /// The WAL records that are in this block with every span: replay leaves them out. A block that is merged from others
    /// carries what they carried, since the records may still be in the WAL.
    /// </summary>
    [JsonPropertyName("walRecords")]
    [JsonConverter(typeof(WalRecordRangesJsonConverter))]
    public IReadOnlyList<WalRecordRange> WalRecords { get; init; } = [];

    /// <summary>
    /// The blocks that this one was merged from and replaces: whoever sees it beside one of them leaves that one out. So a span counts once however far the
    /// merge has come with marking them.
    /// </summary>
    [JsonPropertyName("compactedFrom")]
    [JsonConverter(typeof(BlockIdsJsonConverter))]
    public IReadOnlyList<BlockId> CompactedFrom { get; init; } = [];

    /// <summary>The WALs of which a merged block holds records that they may still have; which records, says <see cref="HeldRecords.FileName"/>.</summary>
    [JsonPropertyName("heldWals")]
    public IReadOnlyList<Guid> HeldWals { get; init; } = [];

    /// <summary>What <see cref="IndexChecksum"/> is for these bytes of index.bin.</summary>
    public static string ChecksumOf(ReadOnlySpan<byte> index) => XxHash3.HashToUInt64(index).ToString("x16", CultureInfo.InvariantCulture);

    public byte[] ToJson() => BlockMetaSeal.Seal(JsonSerializer.SerializeToUtf8Bytes(this, BlockJsonContext.Default.BlockMeta));

    /// <summary>Reads and checks; <paramref name="error"/> says what is wrong in words for the log.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out BlockMeta? meta, [NotNullWhen(false)] out string? error)
    {
        meta = null;
        if (json.Length > MaxBytes)
        {
            error = $"{json.Length} bytes are more than a block's description may have ({MaxBytes})";
            return false;
        }

        try
        {
            meta = JsonSerializer.Deserialize(json, BlockJsonContext.Default.BlockMeta);
            error = meta is null ? "it is null" : meta.Problem() ?? CheckSeal(json);
        }
        catch (JsonException e)
        {
            error = e.Message;
        }

        if (error is not null)
            meta = null;
        return error is null;
    }

    // Blocks from before the checksum have none. A file without it has no field that we do not know either, or one of its names is damaged.
    private static string? CheckSeal(ReadOnlySpan<byte> json)
    {
        if (BlockMetaSeal.IsRight(json) is { } isRight)
            return isRight ? null : "its checksum does not match: it is damaged or was changed by hand";
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
            var name = System.Text.Encoding.UTF8.GetString(reader.ValueSpan); // Perhaps not even UTF-8.
            if (!Fields.Contains(name))
                return $"it has no checksum and an unknown field '{name}'";
        }

        return null;
    }

    /// <summary>What cannot be, in words; null when nothing.</summary>
    internal string? Problem()
    {
        if (Format != CurrentFormat)
            return $"format '{Format}' is not known; this program reads '{CurrentFormat}'";
        if (EndTime < StartTime || MaxTraceStartUnixNano < MinTraceStartUnixNano)
            return "a time range ends before it begins";
        if (Size < 0 || IndexSize < 0 || TotalObjects < 0 || TotalSpans < 0 || TotalRecords < 0 || FooterSize < 0 || FooterSize > Size)
            return "a size or count is not possible";
        return null;
    }
}
