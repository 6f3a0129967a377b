using Rubato.Model.Scanning;
using Rubato.Model.Tenants;

namespace Rubato.Storage.Blocks;

/// <summary>Descriptions of written blocks.</summary>
public static class BlockMetas
{
    /// <summary>All that the writer knows; WAL records, level and origin are the caller's to add.</summary>
    public static BlockMeta Of(TenantId tenant, BlockId id, BlockFigures figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        return new BlockMeta
        {
            BlockId = id,
            TenantId = tenant,
            StartTime = Time(figures.TimeRange.StartUnixNano, up: false),
            EndTime = Time(figures.TimeRange.EndUnixNano, up: true),
            TotalObjects = figures.TraceCount,
            TotalSpans = figures.SpanCount,
            Size = figures.DataBytes,
            IndexSize = figures.IndexBytes,
            IndexChecksum = figures.IndexChecksum,
            TotalRecords = figures.RowGroupCount,
            FooterSize = figures.FooterBytes,
            MinTraceStartUnixNano = Signed(figures.MinTraceStartUnixNano),
            MaxTraceStartUnixNano = Signed(figures.MaxTraceStartUnixNano),
        };
    }

    /// <summary>A start after the year 2262 must not turn negative: a range that ends before it begins makes the block unreadable.</summary>
    private static long Signed(ulong unixNano) => (long)Math.Min(unixNano, long.MaxValue);

    /// <summary>DateTimeOffset ends in the year 9999 and counts 100 ns: rounded outwards, so that the block's range covers its spans.</summary>
    private static DateTimeOffset Time(ulong unixNano, bool up)
    {
        var ticks = (unixNano / 100) + (up && unixNano % 100 != 0 ? 1ul : 0);
        var max = (ulong)(DateTimeOffset.MaxValue - DateTimeOffset.UnixEpoch).Ticks;
        return DateTimeOffset.UnixEpoch.AddTicks((long)Math.Min(ticks, max));
    }
}
