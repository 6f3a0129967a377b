using System.Globalization;
using Rubato.Model.Spans;
using Rubato.Model.Tenants;
using Rubato.Storage.BlockLists;
using Rubato.Storage.Blocks;
using Rubato.UnitTests.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Golden;

/// <summary>The small objects beside blocks that earlier versions wrote are read for ever: a lost carried.bin would lose spans, a lost description a block.</summary>
public sealed class GoldenObjectsTests
{
    private const string IndexText = "index.txt";
    private const string WithoutChecksum = "rubato.first.json";

    private static readonly string V1 = GoldenFiles.Folder("objects", "v1");
    private static readonly TenantId Tenant = TenantId.Parse("team-1_(a).b'c!*");
    private static readonly DateTimeOffset Noon = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly TraceId[] Carried = [new(1, 2), new(ulong.MaxValue, ulong.MaxValue), new(0x0102030405060708, 0x090a0b0c0d0e0f10)];

    [Fact]
    public async Task Carried_traces_of_version_1_are_read()
    {
        await RecordIfAskedAsync();
        Assert.Equal(Carried.ToHashSet(), CarriedTraces.Decode(await ReadAsync(CarriedTraces.FileName)));
    }

    [Fact]
    public async Task A_tenant_index_of_version_1_is_read()
    {
        await RecordIfAskedAsync();
        Assert.True(TenantIndex.TryDecode(await ReadAsync(TenantIndex.FileName), Tenant, out var entries, out var error) || error.StartsWith("its writer did not know", StringComparison.Ordinal), error);
        // A later version that knows more fields reads the descriptions themselves; it must not take the index for damaged.
        if (entries is null)
            return;
        Assert.Equal(await File.ReadAllLinesAsync(Path.Combine(V1, IndexText), TestContext.Current.CancellationToken), entries.Values.Select(Line).Order(StringComparer.Ordinal));
    }

    /// <summary>The first blocks had no checksum in rubato.json.</summary>
    [Fact]
    public async Task A_description_of_the_first_version_is_read()
    {
        await RecordIfAskedAsync();
        Assert.True(BlockMeta.TryParse(await ReadAsync(WithoutChecksum), out var meta, out var error), error);
        Assert.Equal((Tenant, 100L, 2), (meta.TenantId, meta.TotalSpans, meta.WalRecords.Count));
    }

    private static string Line(TenantIndexEntry entry) => string.Create(
        CultureInfo.InvariantCulture, $"{entry.Meta.BlockId} {entry.MetaBytes} {entry.Meta.StartTime:O} {entry.Meta.EndTime:O} {entry.Meta.TotalSpans} {entry.Meta.IndexChecksum}");

    private static List<BlockMeta> Blocks() => [.. Enumerable.Range(1, 9).Select(seed => TestBlocks.Meta(Tenant, seed, Noon.AddMinutes(seed)))];

    private static Task<byte[]> ReadAsync(string name) => File.ReadAllBytesAsync(Path.Combine(V1, name), TestContext.Current.CancellationToken);

    private static async Task RecordIfAskedAsync()
    {
        if (!GoldenFiles.RecordingAsked)
            return;
        Directory.CreateDirectory(V1);
        await WriteAsync(CarriedTraces.FileName, CarriedTraces.Encode(Carried));
        List<TenantIndexEntry> entries = [.. Blocks().Select(block => new TenantIndexEntry(block.ToJson().Length, block))];
        await WriteAsync(TenantIndex.FileName, TenantIndex.Encode(Tenant, Noon, entries)!);
        await File.WriteAllLinesAsync(Path.Combine(V1, IndexText), entries.Select(Line).Order(StringComparer.Ordinal), TestContext.Current.CancellationToken);
        var text = System.Text.Encoding.UTF8.GetString(Blocks()[0].ToJson());
        await WriteAsync(WithoutChecksum, System.Text.Encoding.UTF8.GetBytes(text[..text.IndexOf(",\n  \"checksum\"", StringComparison.Ordinal)] + "\n}"));
    }

    private static Task WriteAsync(string name, byte[] bytes) => File.WriteAllBytesAsync(Path.Combine(V1, name), bytes, TestContext.Current.CancellationToken);
}
