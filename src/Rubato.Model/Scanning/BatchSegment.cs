using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Model.Scanning;

/// <summary>Recent spans as a segment: a batch in memory, sealed or a snapshot of one that still grows.</summary>
public sealed class BatchSegment : ISpanSegment
{
    private readonly SpanBatch _batch;
    private readonly AttributeColumnInfo[] _attributes;
    private TraceRowIndex? _traceIndex;

    public BatchSegment(SpanBatch batch, string name = "recent")
    {
        _batch = batch;
        Name = name;
        _attributes = new AttributeColumnInfo[batch.Attributes.Count];
        for (var i = 0; i < _attributes.Length; i++)
        {
            var column = batch.Attributes[i];
            _attributes[i] = new AttributeColumnInfo(column.Owner, column.Key, column.Type, i);
        }

        var start = ulong.MaxValue;
        ulong last = 0, end = 0;
        var starts = batch.StartUnixNano.Values;
        var durations = batch.DurationNano.Values;
        for (var i = 0; i < starts.Length; i++)
        {
            var s = (ulong)starts[i];
            if (s < start) start = s;
            if (s > last) last = s;
            var e = s + (ulong)durations[i];
            if (e > end) end = e;
        }

        TimeRange = new TimeRange(start == ulong.MaxValue ? 0 : start, Math.Max(end, last));
        MaxTraceStartUnixNano = last;
    }

    public SpanBatch Batch => _batch;

    public string Name { get; }

    public int SpanCount => _batch.SpanCount;

    public int EventCount => _batch.EventCount;

    public int LinkCount => _batch.LinkCount;

    public TimeRange TimeRange { get; }

    public ulong MaxTraceStartUnixNano { get; }

    public bool IsSortedByTrace => false;

    public bool HasTraceColumns => false;

    public IReadOnlyList<AttributeColumnInfo> Attributes => _attributes;

    public bool HasOverflow(AttributeOwner owner) => _batch.Overflow(owner) is not null;

    public ValueTask<ColumnVector?> ReadAsync(SpanColumn column, ScanContext context) => new(Spread(column) is { } v ? Inspected(v, context) : null);

    public ValueTask<ColumnVector> ReadAsync(AttributeColumnInfo column, ScanContext context) => new(Inspected(Spread(column), context));

    public ValueTask<IReadOnlyList<ColumnVector>> ReadOverflowAsync(AttributeOwner owner, string key, ScanContext context)
    {
        var overflow = SpreadOverflow(owner);
        return new(overflow is null ? [] : OverflowColumn.Read(overflow, key));
    }

    public ValueTask<IReadOnlyCollection<string>> ReadOverflowKeysAsync(AttributeOwner owner, int limit, ScanContext context)
    {
        var overflow = _batch.Overflow(owner);
        return new(overflow is null ? [] : OverflowColumn.ReadKeys(overflow, limit));
    }

    public ValueTask<StringVector?> ReadOverflowAsync(AttributeOwner owner, ScanContext context) => new(SpreadOverflow(owner));

    public ValueTask<ReadOnlyMemory<int>> ReadParentsAsync(AttributeOwner owner, ScanContext context) => new(
        owner == AttributeOwner.Event ? _batch.EventParentArray.AsMemory(0, EventCount) : _batch.LinkParentArray.AsMemory(0, LinkCount));

    public ValueTask<ColumnVector?> ReadRowsAsync(SpanColumn column, RowSet rows, ScanContext context)
    {
        var native = _batch[column];
        return new(native is null ? null : Inspected(SliceOwn(native, TableOf(column), rows), context));
    }

    public ValueTask<ColumnVector> ReadRowsAsync(AttributeColumnInfo column, RowSet rows, ScanContext context) =>
        new(Inspected(SliceOwn(_batch.Attributes[column.Ordinal].Values, column.Owner, rows), context));

    public ValueTask<SegmentRows> ReadRowsAsync(IReadOnlyList<SegmentColumn> columns, RowSet rows, ScanContext context)
    {
        var (events, eventOwners) = ChildRows(AttributeOwner.Event, columns, rows);
        var (links, linkOwners) = ChildRows(AttributeOwner.Link, columns, rows);
        var vectors = new ColumnVector?[columns.Count];
        for (var i = 0; i < vectors.Length; i++)
        {
            var column = columns[i];
            if (Native(column) is not { } native) continue;
            var table = column.Fixed is { } known ? TableOf(known) : column.Table;
            vectors[i] = SliceOwn(native, table, table == AttributeOwner.Event ? events : table == AttributeOwner.Link ? links : rows);
            context.AddRecentBytes(SizeOf(vectors[i]!));
        }

        return new(new SegmentRows(vectors, eventOwners, linkOwners));
    }

    /// <summary>Strings have codes here.</summary>
    public ValueTask<bool> TryFindTextsAsync(AttributeColumnInfo column, ReadOnlyMemory<byte> needle, ITextSink sink, ScanContext context) => new(false);

    public ValueTask<DictionaryView?> ReadDictionaryAsync(AttributeColumnInfo column, ScanContext context) =>
        new(_batch.Attributes[column.Ordinal].Values is StringVector s ? s.Dictionary : null);

    public ValueTask<DictionaryView?> ReadDictionaryAsync(SpanColumn column, ScanContext context) =>
        new(_batch[column] is StringVector s ? s.Dictionary : null);

    public bool MayContain(AttributeColumnInfo column, ReadOnlySpan<byte> value) => true;

    public (long Min, long Max)? Int64Bounds(AttributeColumnInfo column) => null;

    public (long Min, long Max)? Int64Bounds(SpanColumn column) => null;

    public ValueTask<RowSet> FindTraceAsync(TraceId traceId, ScanContext context)
    {
        // Built by the first caller; two at once build it twice, which is harmless.
        _traceIndex ??= new TraceRowIndex(_batch.TraceIds);
        return new(_traceIndex.Find(traceId));
    }

    public ValueTask<IReadOnlyList<Span>> ReadSpansAsync(RowSet rows, ScanContext context) => SpanReader.ReadAsync(this, rows, context);

    private ColumnVector? Native(SegmentColumn column) =>
        column.Fixed is { } known ? _batch[known]
        : column.Attribute is { } attribute ? _batch.Attributes[attribute.Ordinal].Values
        : _batch.Overflow(column.Table);

    private (RowSet Children, List<int> Owners) ChildRows(AttributeOwner owner, IReadOnlyList<SegmentColumn> columns, RowSet rows)
    {
        var wanted = false;
        for (var i = 0; i < columns.Count && !wanted; i++) wanted = columns[i].Table == owner;
        if (!wanted) return (RowSet.Empty, []);
        var parents = owner == AttributeOwner.Event ? _batch.EventParentArray.AsSpan(0, EventCount) : _batch.LinkParentArray.AsSpan(0, LinkCount);
        var children = new List<int>();
        var owners = new List<int>();
        for (var i = 0; i < rows.Count; i++)
        {
            var row = rows[i];
            var at = parents.BinarySearch(row);
            if (at < 0) continue;
            while (at > 0 && parents[at - 1] == row) at--;
            for (; at < parents.Length && parents[at] == row; at++)
            {
                children.Add(at);
                owners.Add(i);
            }
        }

        return (RowSet.Of([.. children]), owners);
    }

    private static long SizeOf(ColumnVector vector)
    {
        var value = vector switch { BoolVector => 1, StringVector => sizeof(int), TraceIdVector => TraceId.Size, _ => sizeof(long) };
        return (long)vector.Count * (value + (vector.IsDense ? 0 : sizeof(int)));
    }

    private static ColumnVector Inspected(ColumnVector vector, ScanContext context)
    {
        context.AddRecentBytes(SizeOf(vector));
        return vector;
    }

    private static AttributeOwner TableOf(SpanColumn column) => column switch
    {
        >= SpanColumn.ScopeName and <= SpanColumn.ScopeSchemaUrl => AttributeOwner.Scope,
        SpanColumn.ResourceDroppedAttributesCount or SpanColumn.ResourceSchemaUrl => AttributeOwner.Resource,
        >= SpanColumn.EventTimeUnixNano and <= SpanColumn.EventDroppedAttributesCount => AttributeOwner.Event,
        >= SpanColumn.LinkTraceId and <= SpanColumn.LinkDroppedAttributesCount => AttributeOwner.Link,
        _ => AttributeOwner.Span,
    };

    private ColumnVector? Spread(SpanColumn column) => _batch[column] is { } native ? SpreadOwn(native, TableOf(column)) : null;

    private ColumnVector Spread(AttributeColumnInfo column) => SpreadOwn(_batch.Attributes[column.Ordinal].Values, column.Owner);

    private StringVector? SpreadOverflow(AttributeOwner owner) =>
        _batch.Overflow(owner) is { } native ? (StringVector)SpreadOwn(native, owner) : null;

    private ColumnVector SpreadOwn(ColumnVector native, AttributeOwner table) => table switch
    {
        AttributeOwner.Resource => ColumnSlicer.Spread(native, _batch.ResourceRows),
        AttributeOwner.Scope => ColumnSlicer.Spread(native, _batch.ScopeRows),
        _ => native,
    };

    private ColumnVector SliceOwn(ColumnVector native, AttributeOwner table, RowSet rows)
    {
        if (table is not (AttributeOwner.Resource or AttributeOwner.Scope)) return ColumnSlicer.Slice(native, rows);
        var map = table == AttributeOwner.Resource ? _batch.ResourceRows : _batch.ScopeRows;
        var own = new int[rows.Count];
        for (var i = 0; i < own.Length; i++) own[i] = map[rows[i]];
        return ColumnSlicer.Spread(native, own);
    }
}
