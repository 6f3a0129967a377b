using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;
using Rubato.Storage.Wal;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>Descriptions of blocks, and blocks whose data is beside the point.</summary>
internal static class TestBlocks
{
    private static readonly Microsoft.Extensions.Time.Testing.FakeTimeProvider s_clock = new(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));

    public static BlockMeta Meta(TenantId tenant, int seed, DateTimeOffset end) => new()
    {
        BlockId = BlockId.New(s_clock, new Random(seed)),
        TenantId = tenant,
        StartTime = end.AddMinutes(-30),
        EndTime = end,
        TotalObjects = 10,
        Size = 1000,
        TotalRecords = 1,
        FooterSize = 100,
        TotalSpans = 100,
        MinTraceStartUnixNano = end.AddMinutes(-30).ToUnixTimeMilliseconds() * 1_000_000,
        MaxTraceStartUnixNano = end.ToUnixTimeMilliseconds() * 1_000_000,
        IndexSize = 50,
        IndexChecksum = "0123456789abcdef",
        WalId = new Guid(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]),
        WalRecords = [new WalRecordRange(1, 5), new WalRecordRange(7, 1_000_000_007)],
    };

    public static async Task Write(this IObjectStore store, BlockMeta meta)
    {
        await store.PutAsync(BlockKeys.Of(meta.TenantId, meta.BlockId, BlockKeys.Data), new byte[1000]);
        await store.PutAsync(BlockKeys.Of(meta.TenantId, meta.BlockId, BlockKeys.Index), new byte[50]);
        await store.PutAsync(BlockKeys.Of(meta.TenantId, meta.BlockId, BlockKeys.Meta), meta.ToJson());
    }
}
