using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks.V1.Schema;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Late materialisation: single rows of a column.</summary>
internal sealed partial class RowGroupSegment
{
    public async ValueTask<ColumnVector?> ReadRowsAsync(SpanColumn column, RowSet rows, ScanContext context)
    {
        if (column == SpanColumn.TraceId) return ColumnSlicer.Slice(await ReadTraceIdsAsync(0, SpanCount, context), rows);
        var stored = Index.Schema[column];
        return IsAbsent(stored) ? null : await PickAsync(stored, rows, context);
    }

    public ValueTask<ColumnVector> ReadRowsAsync(AttributeColumnInfo column, RowSet rows, ScanContext context) =>
        PickAsync(Index.Schema.Columns[column.Ordinal], rows, context);

    private async ValueTask<ColumnVector> PickAsync(BlockColumn column, RowSet rows, ScanContext context)
    {
        if (rows.Count == 0) return VectorConversion.Empty(column, 0);
        var parents = ReadOnlyMemory<int>.Empty;
        if (column.Field.Group is not null)
        {
            var owner = column.Field.Group == FixedColumn.EventGroup ? AttributeOwner.Event : AttributeOwner.Link;
            parents = await ReadParentsAsync(owner, context);
        }

        var runs = parents.IsEmpty ? RowRuns.Of(rows, row => row) : RowRuns.Of(rows, row => parents.Span[row]);
        var pages = 0;
        foreach (var run in runs) pages += (run.SpanCount / RowRuns.PageRows) + 1;
        // From about half of the pages on, one read of all is cheaper than many.
        if (pages * 2 > (SpanCount / RowRuns.PageRows) + 1 && SpanCount > RowRuns.PageRows)
            return ColumnSlicer.Slice(await ReadWholeAsync(column, context), rows);

        var parts = new List<ColumnVector>(runs.Count);
        foreach (var run in runs)
        {
            var values = await ReadRangeAsync(column, run.FirstSpan, run.SpanCount, context);
            var first = parents.IsEmpty ? run.FirstSpan : FirstChild(parents.Span, run.FirstSpan);
            var wanted = new int[run.EndIndex - run.FirstIndex];
            for (var i = 0; i < wanted.Length; i++) wanted[i] = rows[run.FirstIndex + i] - first;
            parts.Add(ColumnSlicer.Slice(values, RowSet.Of(wanted)));
        }

        return parts.Count == 1 ? parts[0] : VectorConcat.Join(parts);
    }

    private static int FirstChild(ReadOnlySpan<int> parents, int spanRow)
    {
        var from = 0;
        var to = parents.Length;
        while (from < to)
        {
            var middle = (from + to) >> 1;
            if (parents[middle] < spanRow) from = middle + 1;
            else to = middle;
        }

        return from;
    }
}
