using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>
/// A few adjacent rows of a row group (one trace) as a segment of their own, so that reading whole spans touches only their
/// pages: also of parents and overflow columns, which the whole segment reads in full. Lives for one call.
/// </summary>
internal sealed class SegmentWindow(RowGroupSegment segment, int firstRow, int rowCount) : ISpanSegment
{
    private int[]? _events;
    private int[]? _links;

    public string Name => segment.Name;

    public int SpanCount => rowCount;

    /// <summary>Of the row group: only whether there are any matters here.</summary>
    public int EventCount => segment.EventCount;

    public int LinkCount => segment.LinkCount;

    public TimeRange TimeRange => segment.TimeRange;

    public ulong MaxTraceStartUnixNano => segment.MaxTraceStartUnixNano;

    public bool IsSortedByTrace => true;

    public bool HasTraceColumns => true;

    public IReadOnlyList<AttributeColumnInfo> Attributes => segment.Attributes;

    public bool HasOverflow(AttributeOwner owner) => segment.HasOverflow(owner);

    public async ValueTask<ColumnVector?> ReadAsync(SpanColumn column, ScanContext context)
    {
        if (column == SpanColumn.TraceId) return await segment.ReadTraceIdsAsync(firstRow, rowCount, context);
        var stored = segment.Index.Schema[column];
        return segment.IsAbsent(stored) ? null : await segment.ReadRangeAsync(stored, firstRow, rowCount, context);
    }

    public ValueTask<ColumnVector> ReadAsync(AttributeColumnInfo column, ScanContext context) =>
        segment.ReadRangeAsync(segment.Index.Schema.Columns[column.Ordinal], firstRow, rowCount, context);

    public async ValueTask<ColumnVector?> ReadRowsAsync(SpanColumn column, RowSet rows, ScanContext context) =>
        await ReadAsync(column, context) is { } values ? Narrow(values, rows) : null;

    public async ValueTask<ColumnVector> ReadRowsAsync(AttributeColumnInfo column, RowSet rows, ScanContext context) =>
        Narrow(await ReadAsync(column, context), rows);

    public async ValueTask<StringVector?> ReadOverflowAsync(AttributeOwner owner, ScanContext context)
    {
        if (!HasOverflow(owner)) return null;
        // Nothing to look for where the rows have no children.
        if (owner == AttributeOwner.Event && _events is { Length: 0 }) return null;
        if (owner == AttributeOwner.Link && _links is { Length: 0 }) return null;
        return (StringVector)await segment.ReadRangeAsync(segment.Index.Schema.Overflow(owner)!, firstRow, rowCount, context);
    }

    public async ValueTask<ReadOnlyMemory<int>> ReadParentsAsync(AttributeOwner owner, ScanContext context)
    {
        if ((owner == AttributeOwner.Event ? EventCount : LinkCount) == 0) return ReadOnlyMemory<int>.Empty;
        if ((owner == AttributeOwner.Event ? _events : _links) is { } known) return known;
        var parents = await segment.ReadParentsRangeAsync(owner, firstRow, rowCount, context);
        if (owner == AttributeOwner.Event) _events = parents;
        else _links = parents;
        return parents;
    }

    public async ValueTask<IReadOnlyList<ColumnVector>> ReadOverflowAsync(AttributeOwner owner, string key, ScanContext context) =>
        await ReadOverflowAsync(owner, context) is { } overflow ? OverflowColumn.Read(overflow, key) : [];

    public async ValueTask<IReadOnlyCollection<string>> ReadOverflowKeysAsync(AttributeOwner owner, int limit, ScanContext context) =>
        await ReadOverflowAsync(owner, context) is { } overflow ? OverflowColumn.ReadKeys(overflow, limit) : [];

    public ValueTask<DictionaryView?> ReadDictionaryAsync(AttributeColumnInfo column, ScanContext context) => segment.ReadDictionaryAsync(column, context);

    public ValueTask<DictionaryView?> ReadDictionaryAsync(SpanColumn column, ScanContext context) => segment.ReadDictionaryAsync(column, context);

    public bool MayContain(AttributeColumnInfo column, ReadOnlySpan<byte> value) => segment.MayContain(column, value);

    public (long Min, long Max)? Int64Bounds(AttributeColumnInfo column) => segment.Int64Bounds(column);

    public (long Min, long Max)? Int64Bounds(SpanColumn column) => segment.Int64Bounds(column);

    public async ValueTask<RowSet> FindTraceAsync(TraceId traceId, ScanContext context)
    {
        var rows = await segment.FindTraceAsync(traceId, context);
        return rows.Count > 0 && rows.First >= firstRow && rows.First < firstRow + rowCount ? RowGroupSegment.Relative(rows, firstRow) : RowSet.Empty;
    }

    public ValueTask<IReadOnlyList<Span>> ReadSpansAsync(RowSet rows, ScanContext context) => SpanReader.ReadAsync(this, rows, context);

    private static ColumnVector Narrow(ColumnVector values, RowSet rows) =>
        rows.IsRange && rows.First == 0 && rows.Count == values.RowCount ? values : ColumnSlicer.Slice(values, rows);
}
