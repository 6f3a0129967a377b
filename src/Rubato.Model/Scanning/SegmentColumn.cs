using Rubato.Model.Columns;

namespace Rubato.Model.Scanning;

/// <summary>Any column of a segment: a fixed one, an attribute, or an owner's overflow. What a batch of columns is asked for by.</summary>
public readonly record struct SegmentColumn
{
    private SegmentColumn(SpanColumn? known, AttributeColumnInfo? attribute, AttributeOwner table)
    {
        Fixed = known;
        Attribute = attribute;
        Table = table;
    }

    public SpanColumn? Fixed { get; }

    public AttributeColumnInfo? Attribute { get; }

    /// <summary>Whose overflow it is, when it is neither fixed nor an attribute; in any case Event or Link for columns of children.</summary>
    public AttributeOwner Table { get; }

    public bool IsOfChildren => Table is AttributeOwner.Event or AttributeOwner.Link;

    public static SegmentColumn Overflow(AttributeOwner owner) => new(null, null, owner);

    public static implicit operator SegmentColumn(SpanColumn column) => new(column, null, column switch
    {
        >= SpanColumn.EventTimeUnixNano and <= SpanColumn.EventDroppedAttributesCount => AttributeOwner.Event,
        >= SpanColumn.LinkTraceId and <= SpanColumn.LinkDroppedAttributesCount => AttributeOwner.Link,
        _ => AttributeOwner.Span,
    });

    public static implicit operator SegmentColumn(AttributeColumnInfo column) => new(null, column, column.Owner);
}

/// <summary>Some rows of some columns.</summary>
/// <param name="Columns">In the order asked for; null where no row of the segment has a value.</param>
/// <param name="EventOwners">
/// For each event of the rows, in their order, the place of its span among the rows asked for: row i of an event column is event i. Empty when
/// no event column was asked for.
/// </param>
/// <param name="LinkOwners">The same for links.</param>
public sealed record SegmentRows(IReadOnlyList<ColumnVector?> Columns, IReadOnlyList<int> EventOwners, IReadOnlyList<int> LinkOwners);
