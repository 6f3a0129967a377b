using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Blocks.V1.Writing;

namespace Rubato.Storage.Blocks.V1.Merging;

/// <summary>
/// One row group of a merged block while it is written. What orders spans (ids, times, parents: 60 bytes a span) is read at the beginning; every other column when it is
/// written, so that one of them is in memory at a time. Only owners with overflow lists are read whole.
/// </summary>
internal sealed class MergeGroup
{
    private static readonly SpanColumn[] s_keyColumns =
        [SpanColumn.SpanId, SpanColumn.ParentSpanId, SpanColumn.Kind, SpanColumn.StartUnixNano, SpanColumn.DurationNano];

    private readonly IReadOnlyList<InputSlice> _slices;
    private readonly SpanBatch[] _batches;
    private readonly Dictionary<AttributeOwner, AttributePlan> _mixed = [];

    private MergeGroup(IReadOnlyList<InputSlice> slices, SpanBatch[] batches, MergeSchema schema)
    {
        _slices = slices;
        _batches = batches;
        var input = Array.ConvertAll(batches, BatchRows.All);
        var order = SpanOrder.Create(input);
        DuplicateCount = order.DuplicateCount;
        Rows = new RowGroupRows(
            input, order, ChildOrder.Create(input, order, AttributeOwner.Event), ChildOrder.Create(input, order, AttributeOwner.Link), LinkedChildren.Find(input), 0, order.TraceCount);
        for (var owner = AttributeOwner.Resource; owner <= AttributeOwner.Link; owner++)
        {
            if (schema.IsMixed(owner)) _mixed.Add(owner, AttributePlan.Create(owner, input, schema.Chosen(owner)));
        }
    }

    public RowGroupRows Rows { get; }

    public int DuplicateCount { get; }

    public static async ValueTask<MergeGroup> ReadAsync(IReadOnlyList<InputSlice> slices, MergeSchema schema, CancellationToken cancellationToken)
    {
        var batches = new SpanBatch[slices.Count];
        for (var i = 0; i < batches.Length; i++) batches[i] = await ReadKeysAsync(slices[i], schema, cancellationToken);
        return new MergeGroup(slices, batches, schema);
    }

    /// <summary>The values of a column of the output, slice by slice.</summary>
    public async ValueTask<ColumnPieces> ReadAsync(BlockColumn column, CancellationToken cancellationToken)
    {
        if (column.Attribute is { } key && _mixed.TryGetValue(key.Owner, out var plan)) return plan.Columns[key];
        if (column.OverflowOf is { } owner) return _mixed[owner].Overflow;
        var table = column.Fixed?.Table ?? column.Attribute!.Value.Owner;
        var pieces = new ColumnPieces(table, areSlices: true);
        for (var i = 0; i < _slices.Count; i++)
        {
            var slice = _slices[i];
            if (column.Fixed is { } known && _batches[i][known.Column] is { } values) pieces.Add(i, values);
            else if (RowsOf(_batches[i], table) > 0 && slice.Input.ColumnOf(column) is { } own && !slice.Input.IsAbsent(slice, own))
                pieces.Add(i, await slice.Input.ReadAsync(slice, own, cancellationToken));
        }

        return pieces;
    }

    private static async ValueTask<SpanBatch> ReadKeysAsync(InputSlice slice, MergeSchema schema, CancellationToken cancellationToken)
    {
        var input = slice.Input;
        var fixedColumns = new Dictionary<SpanColumn, ColumnVector>();
        foreach (var column in s_keyColumns) fixedColumns.Add(column, await input.ReadAsync(slice, input.Schema[column], cancellationToken));
        var events = await ReadParentsAsync(slice, SpanColumn.EventTimeUnixNano, cancellationToken);
        var links = await ReadParentsAsync(slice, SpanColumn.LinkTraceId, cancellationToken);

        var attributes = new List<AttributeColumn>();
        var overflows = new Dictionary<AttributeOwner, StringVector>();
        var needsLinked = false;
        foreach (var column in input.Schema.Columns)
        {
            var owner = column.OverflowOf ?? column.Attribute?.Owner;
            if (owner is null || input.IsAbsent(slice, column)) continue;
            if ((owner == AttributeOwner.Event && events.Length == 0) || (owner == AttributeOwner.Link && links.Length == 0)) continue;
            var isRefType = column.Attribute is { Owner: AttributeOwner.Link, Key: LinkedChildren.RefType, Type: ColumnType.String };
            if (!schema.IsMixed(owner.Value) && !isRefType) continue;
            var values = await input.ReadAsync(slice, column, cancellationToken);
            needsLinked |= owner == AttributeOwner.Link;
            if (values.Count == 0) continue;
            if (column.OverflowOf is { } lists) overflows.Add(lists, (StringVector)values);
            else attributes.Add(new AttributeColumn(owner.Value, column.Attribute!.Value.Key, values));
        }

        if (needsLinked) fixedColumns.Add(SpanColumn.LinkTraceId, await input.ReadAsync(slice, input.Schema[SpanColumn.LinkTraceId], cancellationToken));
        return SpanBatch.OfStored(slice.Traces.Spread(slice.FirstTrace, slice.EndTrace), fixedColumns, attributes, overflows, events, links);
    }

    // Also where the column is all null: links need not have an id. A row without any costs a few bits there.
    private static ValueTask<int[]> ReadParentsAsync(InputSlice slice, SpanColumn first, CancellationToken cancellationToken) =>
        slice.Input.ReadParentsAsync(slice, slice.Input.Schema[first], cancellationToken);

    private static int RowsOf(SpanBatch batch, AttributeOwner table) => table switch
    {
        AttributeOwner.Event => batch.EventCount,
        AttributeOwner.Link => batch.LinkCount,
        _ => batch.SpanCount,
    };
}
