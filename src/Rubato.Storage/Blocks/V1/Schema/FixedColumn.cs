using Rubato.Model.Columns;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Schema;

/// <summary>A fixed column of a block: which, its name and type in the file, and the table whose rows it has.</summary>
/// <param name="Column">The column of the scan contract.</param>
/// <param name="Field">Its place in the file.</param>
/// <param name="Table">Rows of which table a batch keeps it by: Span, Event or Link, or the small Resource and Scope tables.</param>
internal sealed record FixedColumn(SpanColumn Column, ParquetField Field, AttributeOwner Table)
{
    public const string EventGroup = "events";

    public const string LinkGroup = "links";

    /// <summary>
    /// In file order; docs/formats/block-v1.md lists the same. Ids are big-endian bytes, so that hex() in SQL shows what
    /// people know; counts that OTLP has as unsigned 32 bits are INT64, which every tool can read without a sign question.
    /// </summary>
    public static IReadOnlyList<FixedColumn> OfSpans { get; } =
    [
        Span(SpanColumn.TraceId, ParquetField.Fixed("trace_id", 16).Required()),
        Span(SpanColumn.SpanId, ParquetField.Fixed("span_id", 8).Required()),
        Span(SpanColumn.ParentSpanId, ParquetField.Fixed("parent_span_id", 8)),
        Span(SpanColumn.Name, ParquetField.String("name").Required()),
        Span(SpanColumn.Kind, ParquetField.Int32("kind").Required()),
        Span(SpanColumn.StatusCode, ParquetField.Int32("status_code").Required()),
        Span(SpanColumn.StatusMessage, ParquetField.String("status_message")),
        Span(SpanColumn.StartUnixNano, ParquetField.Timestamp("start_time").Required()),
        Span(SpanColumn.DurationNano, ParquetField.Int64("duration").Required()),
        Span(SpanColumn.TraceState, ParquetField.String("trace_state")),
        Span(SpanColumn.Flags, ParquetField.Int64("flags")),
        Span(SpanColumn.DroppedAttributesCount, ParquetField.Int64("dropped_attributes_count")),
        Span(SpanColumn.DroppedEventsCount, ParquetField.Int64("dropped_events_count")),
        Span(SpanColumn.DroppedLinksCount, ParquetField.Int64("dropped_links_count")),
        Scope(SpanColumn.ScopeName, ParquetField.String("scope_name")),
        Scope(SpanColumn.ScopeVersion, ParquetField.String("scope_version")),
        Scope(SpanColumn.ScopeDroppedAttributesCount, ParquetField.Int64("scope_dropped_attributes_count")),
        Scope(SpanColumn.ScopeSchemaUrl, ParquetField.String("scope_schema_url")),
        Resource(SpanColumn.ResourceDroppedAttributesCount, ParquetField.Int64("resource_dropped_attributes_count")),
        Resource(SpanColumn.ResourceSchemaUrl, ParquetField.String("resource_schema_url")),
        Span(SpanColumn.RootServiceName, ParquetField.String("root_service").Required()),
        Span(SpanColumn.RootName, ParquetField.String("root_name").Required()),
        Span(SpanColumn.TraceStartUnixNano, ParquetField.Timestamp("trace_start").Required()),
        Span(SpanColumn.TraceDurationNano, ParquetField.Int64("trace_duration").Required()),
        Span(SpanColumn.NestedSetLeft, ParquetField.Int32("nested_set_left").Required()),
        Span(SpanColumn.NestedSetRight, ParquetField.Int32("nested_set_right").Required()),
        Span(SpanColumn.NestedSetParent, ParquetField.Int32("nested_set_parent").Required()),
    ];

    public static IReadOnlyList<FixedColumn> OfEvents { get; } =
    [
        Event(SpanColumn.EventTimeUnixNano, ParquetField.Timestamp("time").Required()),
        Event(SpanColumn.EventName, ParquetField.String("name")),
        Event(SpanColumn.EventDroppedAttributesCount, ParquetField.Int64("dropped_attributes_count")),
    ];

    public static IReadOnlyList<FixedColumn> OfLinks { get; } =
    [
        Link(SpanColumn.LinkTraceId, ParquetField.Bytes("trace_id")),
        Link(SpanColumn.LinkSpanId, ParquetField.Bytes("span_id")),
        Link(SpanColumn.LinkTraceState, ParquetField.String("trace_state")),
        Link(SpanColumn.LinkFlags, ParquetField.Int64("flags")),
        Link(SpanColumn.LinkDroppedAttributesCount, ParquetField.Int64("dropped_attributes_count")),
    ];

    /// <summary>Every row of a segment has a value; what the file leaves out (the parent of a root) reads as zero.</summary>
    public bool IsDense => Field.IsRequired || Column == SpanColumn.ParentSpanId;

    private static FixedColumn Span(SpanColumn column, ParquetField field) => new(column, field, AttributeOwner.Span);

    private static FixedColumn Scope(SpanColumn column, ParquetField field) => new(column, field, AttributeOwner.Scope);

    private static FixedColumn Resource(SpanColumn column, ParquetField field) => new(column, field, AttributeOwner.Resource);

    private static FixedColumn Event(SpanColumn column, ParquetField field) => new(column, field.In(EventGroup), AttributeOwner.Event);

    private static FixedColumn Link(SpanColumn column, ParquetField field) => new(column, field.In(LinkGroup), AttributeOwner.Link);
}
