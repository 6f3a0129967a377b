using Rubato.Model.Columns;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Which spans of the batches make one row group, in which order, and where their events, links, resources and scopes stand.
/// A block that is cut from memory has one order for all its row groups; a merged one has an order for each.
/// </summary>
internal sealed class RowGroupRows
{
    /// <param name="input">The batches; of those of a merge only ids, times and parents are looked at here.</param>
    /// <param name="spans">Their order.</param>
    /// <param name="events">Order of their events.</param>
    /// <param name="links">Order of their links.</param>
    /// <param name="linkedChildren">Spans that a link makes children.</param>
    /// <param name="firstTrace">First trace of the row group.</param>
    /// <param name="endTrace">The trace after its last.</param>
    public RowGroupRows(
        IReadOnlyList<BatchRows> input, SpanOrder spans, ChildOrder events, ChildOrder links, HashSet<(int Batch, int Row)> linkedChildren, int firstTrace, int endTrace)
    {
        Order = spans;
        EventOrder = events;
        LinkOrder = links;
        (FirstTrace, EndTrace) = (firstTrace, endTrace);
        First = spans.TraceStarts[firstTrace];
        Count = spans.TraceStarts[endTrace] - First;
        Facts = TraceFacts.Compute(input, spans, firstTrace, endTrace, linkedChildren);
        Spans = new TableRows(spans.Rank, First, Count);
        Events = Children(events);
        Links = Children(links);
        // Spans that came out of a block have their resource and scope beside them; in memory they point to small tables.
        var areSpread = input.Count > 0 && input[0].Batch.IsSpread;
        Resources = areSpread ? Spans : new SpreadRows(input, spans, First, Count, AttributeOwner.Resource);
        Scopes = areSpread ? Spans : new SpreadRows(input, spans, First, Count, AttributeOwner.Scope);
    }

    public SpanOrder Order { get; }

    public ChildOrder EventOrder { get; }

    public ChildOrder LinkOrder { get; }

    public int FirstTrace { get; }

    public int EndTrace { get; }

    /// <summary>Position of the row group's first span in the order.</summary>
    public int First { get; }

    public int Count { get; }

    public TraceFacts Facts { get; }

    public TableRows Spans { get; }

    public TableRows Events { get; }

    public TableRows Links { get; }

    public TableRows Resources { get; }

    public TableRows Scopes { get; }

    public TableRows Of(AttributeOwner table) => table switch
    {
        AttributeOwner.Resource => Resources,
        AttributeOwner.Scope => Scopes,
        AttributeOwner.Span => Spans,
        AttributeOwner.Event => Events,
        _ => Links,
    };

    private TableRows Children(ChildOrder children)
    {
        var first = children.FirstOf(First);
        return new TableRows(children.Rank, first, children.FirstOf(First + Count) - first);
    }
}
