using Rubato.Model.Scanning;
using Rubato.Storage.Blocks.V1.Indexing;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>A row group's part of the block's table of trace ids.</summary>
internal sealed class SegmentTraceKeys(TraceTable table, BlockIndex index, IndexRowGroup group) : ITraceKeys
{
    public int Count => group.TraceCount;

    public int Bits => table.KeyBits;

    public UInt128[] Between(UInt128 from, UInt128? to)
    {
        var first = Math.Max(group.FirstTrace, table.LowerBound(from));
        var end = Math.Min(group.FirstTrace + group.TraceCount, to is { } limit ? table.LowerBound(limit) : table.Count);
        if (first >= end) return [];
        var keys = new UInt128[end - first];
        table.CopyKeys(first, keys);
        return keys;
    }

    public RowSet RowsOf(int place)
    {
        var first = index.FirstRowOf(group.FirstTrace + place);
        return RowSet.Range(first - group.FirstRow, index.FirstRowOf(group.FirstTrace + place + 1) - first);
    }
}
