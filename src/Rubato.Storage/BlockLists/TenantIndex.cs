using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Hashing;
using System.Text.Json;
using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using ZstdSharp;

namespace Rubato.Storage.BlockLists;

/// <summary>
/// All descriptions of a tenant's blocks in one object, so that a start with ten thousand blocks reads one object instead of ten thousand. Which blocks
/// there are says the listing alone; the index only saves reading what never changes, so an old one costs requests and never hides a block.
/// Bytes: docs/formats/object-layout.md, "Tenant index".
/// </summary>
public static class TenantIndex
{
    /// <summary>Not Tempo's index.json.gz, so that a Tempo on the same bucket passes it over.</summary>
    public const string FileName = "rubato.index.jsonl.zst";

    /// <summary>A larger object is not read, and none is written: 500,000 blocks take about half of it.</summary>
    public const int MaxBytes = 128 << 20;

    /// <summary>Unpacked; against an object that is small only packed.</summary>
    private const long MaxTextBytes = 2L << 30;

    private const string Format = "rubato-index1";
    private const int ZstdLevel = 3;

    public static string Key(TenantId tenant) => $"{tenant.Value}/{FileName}";

    /// <summary>Null: it would be larger than <see cref="MaxBytes"/>.</summary>
    public static byte[]? Encode(TenantId tenant, DateTimeOffset createdAt, IReadOnlyCollection<TenantIndexEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        using var packed = new MemoryStream();
        using (var zstd = new CompressionStream(packed, ZstdLevel, leaveOpen: true))
        {
            var hash = new XxHash3();
            Write(JsonSerializer.SerializeToUtf8Bytes(
                new TenantIndexHeader(Format, tenant, createdAt, entries.Count, [.. BlockMeta.Fields]), TenantIndexJson.Default.TenantIndexHeader));
            foreach (var entry in entries)
                Write(JsonSerializer.SerializeToUtf8Bytes(entry, TenantIndexJson.Default.TenantIndexEntry));
            Write(JsonSerializer.SerializeToUtf8Bytes(new TenantIndexEnd(Text(hash)), TenantIndexJson.Default.TenantIndexEnd));

            void Write(byte[] line)
            {
                zstd.Write(line);
                zstd.Write("\n"u8);
                hash.Append(line);
                hash.Append("\n"u8);
            }
        }

        return packed.Length <= MaxBytes ? packed.ToArray() : null;
    }

    /// <summary>Reads and checks all of it before anything is believed; <paramref name="error"/> says what is wrong in words for the log.</summary>
    public static bool TryDecode(
        byte[] bytes, TenantId tenant, [NotNullWhen(true)] out Dictionary<BlockId, TenantIndexEntry>? entries, [NotNullWhen(false)] out string? error)
    {
        try
        {
            entries = Decode(bytes, tenant);
            error = null;
            return true;
        }
        catch (Exception e) when (e is JsonException or ZstdException or InvalidDataException or IOException)
        {
            (entries, error) = (null, e.Message);
            return false;
        }
    }

    private static Dictionary<BlockId, TenantIndexEntry> Decode(byte[] bytes, TenantId tenant)
    {
        using var zstd = new DecompressionStream(new MemoryStream(bytes));
        var lines = new LineReader(zstd, BlockMeta.MaxBytes + 1024, MaxTextBytes);
        var hash = new XxHash3();
        var header = Line(lines, hash, TenantIndexJson.Default.TenantIndexHeader);
        if (header.Format != Format)
            throw new InvalidDataException($"format '{header.Format}' is not known; this program reads '{Format}'");
        if (header.Tenant != tenant)
            throw new InvalidDataException($"it is of tenant {header.Tenant.Value}");
        if (BlockMeta.Fields.Except(header.Fields).FirstOrDefault() is { } missing)
            throw new InvalidDataException($"its writer did not know the field '{missing}'");

        var entries = new Dictionary<BlockId, TenantIndexEntry>();
        for (var i = 0; i < header.Blocks; i++)
        {
            var entry = Line(lines, hash, TenantIndexJson.Default.TenantIndexEntry);
            if (entry.Meta?.Problem() is { } problem)
                throw new InvalidDataException($"block {entry.Meta.BlockId}: {problem}");
            if (entry.Meta?.TenantId != tenant)
                throw new InvalidDataException("a block is not of the tenant");
            entries[entry.Meta.BlockId] = entry with { Meta = entry.Meta with { TenantId = tenant } };
        }

        var expected = Text(hash);
        if (Line(lines, hash, TenantIndexJson.Default.TenantIndexEnd).Checksum != expected || lines.TryRead(out _))
            throw new InvalidDataException("its checksum does not match");
        return entries;
    }

    private static T Line<T>(LineReader lines, XxHash3 hash, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        if (!lines.TryRead(out var line))
            throw new InvalidDataException("it ends too early");
        hash.Append(line);
        hash.Append("\n"u8);
        return JsonSerializer.Deserialize(line, type) ?? throw new InvalidDataException("a line is null");
    }

    private static string Text(XxHash3 hash) => hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
}
