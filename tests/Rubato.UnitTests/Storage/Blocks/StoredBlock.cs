using Rubato.Model.Tenants;
using Rubato.Storage.Blocks;
using Rubato.Storage.ObjectStores;

namespace Rubato.UnitTests.Storage.Blocks;

/// <summary>A real block in an object store, with a description that says what is so.</summary>
internal static class StoredBlock
{
    public static async Task<BlockMeta> PutAsync(IObjectStore store, TenantId tenant, TestBlock block, int seed = 1)
    {
        var figures = block.Figures;
        var meta = TestBlocks.Meta(tenant, seed, DateTimeOffset.UnixEpoch) with
        {
            StartTime = DateTimeOffset.UnixEpoch.AddTicks((long)(figures.TimeRange.StartUnixNano / 100)),
            EndTime = DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min((figures.TimeRange.EndUnixNano / 100) + 1, (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks)),
            TotalObjects = figures.TraceCount,
            TotalSpans = figures.SpanCount,
            TotalRecords = figures.RowGroupCount,
            Size = figures.DataBytes,
            IndexSize = figures.IndexBytes,
            IndexChecksum = figures.IndexChecksum,
            FooterSize = figures.FooterBytes,
            MinTraceStartUnixNano = (long)Math.Min(figures.MinTraceStartUnixNano, long.MaxValue),
            MaxTraceStartUnixNano = (long)Math.Min(figures.MaxTraceStartUnixNano, long.MaxValue),
        };
        await store.PutAsync(BlockKeys.Of(tenant, meta.BlockId, BlockKeys.Data), await File.ReadAllBytesAsync(block.DataPath));
        await store.PutAsync(BlockKeys.Of(tenant, meta.BlockId, BlockKeys.Index), await File.ReadAllBytesAsync(block.IndexPath));
        await store.PutAsync(BlockKeys.Of(tenant, meta.BlockId, BlockKeys.Meta), meta.ToJson());
        return meta;
    }
}
