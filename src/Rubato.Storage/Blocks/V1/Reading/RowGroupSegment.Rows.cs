using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>Late materialisation: some rows of some columns, in one step.</summary>
internal sealed partial class RowGroupSegment
{
    public async ValueTask<ColumnVector?> ReadRowsAsync(SpanColumn column, RowSet rows, ScanContext context)
    {
        var stored = Index.Schema[column];
        if (stored.Field.Group is not null) return await ReadAsync(column, context) is { } whole ? ColumnSlicer.Slice(whole, rows) : null;
        return (await ReadRowsAsync([column], rows, context)).Columns[0];
    }

    public async ValueTask<ColumnVector> ReadRowsAsync(AttributeColumnInfo column, RowSet rows, ScanContext context)
    {
        if (column.Owner is AttributeOwner.Event or AttributeOwner.Link) return ColumnSlicer.Slice(await ReadAsync(column, context), rows);
        return (await ReadRowsAsync([column], rows, context)).Columns[0] ?? VectorConversion.Empty(Index.Schema.Columns[column.Ordinal], rows.Count);
    }

    public async ValueTask<SegmentRows> ReadRowsAsync(IReadOnlyList<SegmentColumn> columns, RowSet rows, ScanContext context)
    {
        var vectors = new ColumnVector?[columns.Count];
        var stored = new List<BlockColumn>(columns.Count);
        var places = new List<int>(columns.Count);
        for (var i = 0; i < vectors.Length; i++)
        {
            if (StoredOf(columns[i]) is { } column && (!IsAbsent(column) || IsTheLinks(column)))
            {
                stored.Add(column);
                places.Add(i);
            }
        }

        if (rows.Count == 0 || stored.Count == 0)
        {
            for (var i = 0; i < stored.Count; i++) vectors[places[i]] = VectorConversion.Empty(stored[i], stored[i].Field.Group is null ? rows.Count : 0);
            return new SegmentRows(vectors, [], []);
        }

        var ordinals = stored.ConvertAll(c => c.Ordinal);
        var array = rows.ToArray();
        // A step of a scan over many segments comes with buffers of its own.
        var isScan = context.Buffers is not null;
        var picked = await GuardAsync(file => file.ReadRowsAsync(_number, ordinals, array, _block.Pages, context.CancellationToken, isScan), context);
        context.AddBytes(picked.StoredBytes);
        for (var i = 0; i < stored.Count; i++) vectors[places[i]] = VectorConversion.ToModel(stored[i], picked.Columns[i]);
        return new SegmentRows(
            vectors, picked.Owners.GetValueOrDefault(FixedColumn.EventGroup) ?? [], picked.Owners.GetValueOrDefault(FixedColumn.LinkGroup) ?? []);
    }

    public async ValueTask<bool> TryFindTextsAsync(AttributeColumnInfo column, ReadOnlyMemory<byte> needle, ITextSink sink, ScanContext context)
    {
        var bytes = await GuardAsync(file => file.FindTextsAsync(_number, column.Ordinal, needle, sink, _block.Pages, context.CancellationToken), context);
        context.AddBytes(bytes ?? 0);
        return bytes is not null;
    }

    // Whose link a link is stands in the levels of this column, also where no link has an id.
    private bool IsTheLinks(BlockColumn column) => column.Fixed?.Column == SpanColumn.LinkTraceId && LinkCount > 0;

    private BlockColumn? StoredOf(SegmentColumn column) =>
        column.Fixed is { } known ? Index.Schema[known]
        : column.Attribute is { } attribute ? Index.Schema.Columns[attribute.Ordinal]
        : Index.Schema.Overflow(column.Table);
}
