namespace Rubato.Model.Columns;

public sealed partial class SpanBatchBuilder
{
    /// <summary>All rows so far as an immutable batch. Costs one small object a column, not one a row.</summary>
    public SpanBatch Snapshot()
    {
        Resources.CompleteRows();
        Scopes.CompleteRows();
        SpanAttributes.CompleteRows();
        Events.Attributes.CompleteRows();
        Links.Attributes.CompleteRows();

        var spans = SpanCount;
        var attributes = new List<AttributeColumn>(128);
        Resources.AppendColumns(ResourceCount, attributes);
        Scopes.AppendColumns(ScopeCount, attributes);
        SpanAttributes.AppendColumns(spans, attributes);
        Events.Attributes.AppendColumns(Events.Count, attributes);
        Links.Attributes.AppendColumns(Links.Count, attributes);

        return new SpanBatch
        {
            SpanCount = spans,
            EventCount = Events.Count,
            LinkCount = Links.Count,
            ResourceCount = ResourceCount,
            ScopeCount = ScopeCount,
            TraceIds = new TraceIdVector(spans, _traceHigh, _traceLow),
            FixedColumns = FixedColumns(spans),
            ResourceRowArray = _resourceRows,
            ScopeRowArray = _scopeRows,
            EventParentArray = Events.Parents,
            LinkParentArray = Links.Parents,
            Attributes = attributes,
            Overflows =
            [
                Overflow(Resources, ResourceCount), Overflow(Scopes, ScopeCount), Overflow(SpanAttributes, spans),
                Overflow(Events.Attributes, Events.Count), Overflow(Links.Attributes, Links.Count),
            ],
            WalRecords = _walRuns.Snapshot(),
        };

        static StringVector? Overflow(AttributeTableBuilder table, int rows) => (StringVector?)table.Overflow?.Snapshot(rows);
    }

    private ColumnVector?[] FixedColumns(int spans)
    {
        var columns = new ColumnVector?[(int)SpanColumn.NestedSetParent + 1];
        for (var c = SpanColumn.StatusMessage; c < SpanColumn.RootServiceName; c++) columns[(int)c] = _fields.Snapshot(c, RowsOf(c));
        columns[(int)SpanColumn.TraceId] = new TraceIdVector(spans, _traceHigh, _traceLow);
        columns[(int)SpanColumn.SpanId] = new Int64Vector(spans, spans, null, _spanIds);
        columns[(int)SpanColumn.ParentSpanId] = new Int64Vector(spans, spans, null, _parents);
        columns[(int)SpanColumn.Name] = new StringVector(spans, spans, null, _nameCodes, _names.View);
        columns[(int)SpanColumn.Kind] = new Int64Vector(spans, spans, null, _kinds);
        columns[(int)SpanColumn.StatusCode] = new Int64Vector(spans, spans, null, _statusCodes);
        columns[(int)SpanColumn.StartUnixNano] = new Int64Vector(spans, spans, null, _starts);
        columns[(int)SpanColumn.DurationNano] = new Int64Vector(spans, spans, null, _durations);
        return columns;
    }

    private int RowsOf(SpanColumn column) => column switch
    {
        SpanColumn.ScopeName or SpanColumn.ScopeVersion or SpanColumn.ScopeDroppedAttributesCount or SpanColumn.ScopeSchemaUrl => ScopeCount,
        SpanColumn.ResourceDroppedAttributesCount or SpanColumn.ResourceSchemaUrl => ResourceCount,
        SpanColumn.EventTimeUnixNano or SpanColumn.EventName or SpanColumn.EventDroppedAttributesCount => Events.Count,
        SpanColumn.LinkTraceId or SpanColumn.LinkSpanId or SpanColumn.LinkTraceState or SpanColumn.LinkFlags
            or SpanColumn.LinkDroppedAttributesCount => Links.Count,
        _ => SpanCount,
    };
}
