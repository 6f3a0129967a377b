namespace Rubato.Model.Columns;

/// <summary>
/// An immutable batch of spans as columns: the one currency between a receiver and a block. Resources and scopes are
/// small tables of their own that span rows point into; events and links are tables that point back to their span row.
/// </summary>
public sealed class SpanBatch
{
    internal SpanBatch()
    {
    }

    /// <summary>
    /// A batch out of columns that exist already: rows of a stored block. Columns of resources and scopes are over span rows
    /// (<see cref="IsSpread"/>).
    /// </summary>
    /// <param name="traceIds">One for each span.</param>
    /// <param name="columns">Fixed columns; where one is missing, no row has a value.</param>
    /// <param name="attributes">Attribute columns.</param>
    /// <param name="overflows">Overflow columns.</param>
    /// <param name="eventParents">For each event its span row, ascending.</param>
    /// <param name="linkParents">For each link its span row, ascending.</param>
    public static SpanBatch OfStored(
        TraceIdVector traceIds, IReadOnlyDictionary<SpanColumn, ColumnVector> columns, IReadOnlyList<AttributeColumn> attributes,
        IReadOnlyDictionary<AttributeOwner, StringVector> overflows, int[] eventParents, int[] linkParents)
    {
        ArgumentNullException.ThrowIfNull(traceIds);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(overflows);
        ArgumentNullException.ThrowIfNull(eventParents);
        ArgumentNullException.ThrowIfNull(linkParents);
        var known = new ColumnVector?[(int)SpanColumn.NestedSetParent + 1];
        foreach (var (column, values) in columns) known[(int)column] = values;
        var lists = new StringVector?[(int)AttributeOwner.Link + 1];
        foreach (var (owner, values) in overflows) lists[(int)owner] = values;
        return new SpanBatch
        {
            IsSpread = true,
            SpanCount = traceIds.Count,
            EventCount = eventParents.Length,
            LinkCount = linkParents.Length,
            ResourceCount = traceIds.Count,
            ScopeCount = traceIds.Count,
            TraceIds = traceIds,
            FixedColumns = known,
            EventParentArray = eventParents,
            LinkParentArray = linkParents,
            Overflows = lists,
            Attributes = attributes,
        };
    }

    /// <summary>Columns of resources and scopes are over span rows: there are no small tables, and no rows that point into them.</summary>
    public bool IsSpread { get; private init; }

    public int SpanCount { get; internal init; }

    public int EventCount { get; internal init; }

    public int LinkCount { get; internal init; }

    public int ResourceCount { get; internal init; }

    public int ScopeCount { get; internal init; }

    public required TraceIdVector TraceIds { get; init; }

    internal ColumnVector?[] FixedColumns { get; init; } = [];

    internal int[] ResourceRowArray { get; init; } = [];

    internal int[] ScopeRowArray { get; init; } = [];

    internal int[] EventParentArray { get; init; } = [];

    internal int[] LinkParentArray { get; init; } = [];

    internal StringVector?[] Overflows { get; init; } = [];

    internal (int[] FirstRows, long[] Sequences, int Count) WalRecords { get; init; }

    /// <summary>For each span row, its row in the resource table.</summary>
    public ReadOnlySpan<int> ResourceRows => ResourceRowArray.AsSpan(0, SpanCount);

    /// <summary>For each span row, its row in the scope table.</summary>
    public ReadOnlySpan<int> ScopeRows => ScopeRowArray.AsSpan(0, SpanCount);

    /// <summary>For each event row, its span row; ascending.</summary>
    public ReadOnlySpan<int> EventParents => EventParentArray.AsSpan(0, EventCount);

    /// <summary>For each link row, its span row; ascending.</summary>
    public ReadOnlySpan<int> LinkParents => LinkParentArray.AsSpan(0, LinkCount);

    /// <summary>Attribute columns, each over the rows of its owner's own table (resource columns over resource rows, and so on).</summary>
    public required IReadOnlyList<AttributeColumn> Attributes { get; init; }

    /// <summary>
    /// A fixed column over the rows of its own table (resource and scope columns over resource and scope rows), or null
    /// when no row has a value. Trace-level columns are always null here.
    /// </summary>
    public ColumnVector? this[SpanColumn column] => FixedColumns[(int)column];

    /// <summary>The overflow column of an owner over the rows of its own table: entries are KeyValueList bodies. Null when empty.</summary>
    public StringVector? Overflow(AttributeOwner owner) => Overflows[(int)owner];

    public Int64Vector StartUnixNano => (Int64Vector)FixedColumns[(int)SpanColumn.StartUnixNano]!;

    public Int64Vector DurationNano => (Int64Vector)FixedColumns[(int)SpanColumn.DurationNano]!;

    public Int64Vector SpanIds => (Int64Vector)FixedColumns[(int)SpanColumn.SpanId]!;

    /// <summary>Record of the write-ahead log that the row came from; 0 when none was named.</summary>
    public long WalSequenceOf(int row)
    {
        var (firstRows, sequences, count) = WalRecords;
        var i = firstRows.AsSpan(0, count).BinarySearch(row);
        if (i < 0) i = ~i - 1;
        return i < 0 ? 0 : sequences[i];
    }

    /// <summary>Adds the records of the write-ahead log that have rows here.</summary>
    public void CollectWalRecords(ISet<long> sequences)
    {
        var (firstRows, runs, count) = WalRecords;
        for (var i = 0; i < count && firstRows[i] < SpanCount; i++) sequences.Add(runs[i]);
    }
}
