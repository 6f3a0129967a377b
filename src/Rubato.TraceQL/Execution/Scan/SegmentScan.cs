using Rubato.Model.Columns;
using Rubato.Model.Scanning;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>One segment while filters run over it: remembers what was read, so that several conditions on a field read it once.</summary>
internal sealed class SegmentScan(ISpanSegment segment, ScanContext context, TraceSpread spread)
{
    // Reading single rows costs more per row than whole columns do: worth it below one row in this many.
    private const int LateShare = 32;

    // Below this, a segment has two pages at most.
    private const int MinRowsForPages = 16 * 1024;

    private readonly Dictionary<SpanColumn, ColumnVector?> _fixed = [];
    private readonly Dictionary<int, ColumnVector> _attributes = [];
    private readonly Dictionary<(object Test, int Column), DictionaryMatch> _matches = [];
    private Selection? _unknown;

    public ISpanSegment Segment => segment;

    public ScanContext Context => context;

    public int SpanCount => segment.SpanCount;

    public CancellationToken CancellationToken => context.CancellationToken;

    /// <summary>At least as long as asked for, with anything in it; only for as long as the segment is looked at.</summary>
    public T[] Rent<T>(int length)
        where T : unmanaged => context.Rent<T>(length);

    /// <summary>For each of these rows its place among them; of others nothing.</summary>
    public int[] PlacesOf(RowSet rows)
    {
        var places = Rent<int>(SpanCount);
        for (var i = 0; i < rows.Count; i++) places[rows[i]] = i;
        return places;
    }

    /// <summary>Some rows were selected because the segment alone cannot tell: the result holds all matches, and perhaps more.</summary>
    public bool IsSuperset { get; private set; }

    /// <summary>A condition asked for what no segment holds: nothing about a row is certain then, wherever its trace lies.</summary>
    public bool IsUnknownThroughout { get; private set; }

    public IEnumerable<AttributeColumnInfo> ColumnsOf(AttributeOwner owner, string key)
    {
        foreach (var column in segment.Attributes)
        {
            if (column.Owner == owner && column.Key == key) yield return column;
        }
    }

    public bool HasKey(AttributeOwner owner, string key) => segment.HasOverflow(owner) || ColumnsOf(owner, key).Any();

    /// <summary>Rows to read one by one because few are left, or null for whole columns.</summary>
    public RowSet? LateRows(Selection? within)
    {
        if (within is null) return null;
        var count = within.Count;
        return count * LateShare < SpanCount ? within.ToRowSet() : null;
    }

    public async ValueTask<ColumnVector?> ReadAsync(SpanColumn column, RowSet? rows = null)
    {
        if (_fixed.TryGetValue(column, out var known)) return known is not null && rows is { } some ? ColumnSlicer.Slice(known, some) : known;
        if (rows is { } few) return await segment.ReadRowsAsync(column, few, context).ConfigureAwait(false);
        CancellationToken.ThrowIfCancellationRequested();
        return _fixed[column] = await segment.ReadAsync(column, context).ConfigureAwait(false);
    }

    public async ValueTask<ColumnVector> ReadAsync(AttributeColumnInfo column, RowSet? rows = null)
    {
        if (_attributes.TryGetValue(column.Ordinal, out var known)) return rows is { } some ? ColumnSlicer.Slice(known, some) : known;
        CancellationToken.ThrowIfCancellationRequested();
        if (rows is { } few) return await segment.ReadRowsAsync(column, few, context).ConfigureAwait(false);
        return _attributes[column.Ordinal] = await segment.ReadAsync(column, context).ConfigureAwait(false);
    }

    /// <summary>
    /// The rows of the pages that are worth reading of a column: those that can pass by their bounds, within those that still matter. Null for all:
    /// nothing is ruled out, too little to lose what reading the column once for several conditions saves, or it has been read already.
    /// </summary>
    public async ValueTask<RowRanges?> PagesAsync(SegmentColumn column, IRangeTest? test, Selection? within)
    {
        // Recent data has no pages.
        if (SpanCount < MinRowsForPages || !segment.HasTraceColumns || column.IsOfChildren || IsKnown(column)) return null;
        RowRanges? rows = within?.ToRanges();
        if (test is not null && await segment.FindRangesAsync(column, test, context).ConfigureAwait(false) is { } ranges)
            rows = rows is { } some ? some.Intersect(ranges) : ranges;
        return rows is { } few && few.RowCount < SpanCount / 4 * 3 ? few : null;
    }

    /// <summary>Part of a column, for rows that <see cref="PagesAsync"/> gave; not remembered.</summary>
    public ValueTask<ColumnVector?> ReadAsync(SegmentColumn column, RowRanges rows)
    {
        CancellationToken.ThrowIfCancellationRequested();
        return segment.ReadAsync(column, rows, context);
    }

    private bool IsKnown(SegmentColumn column) =>
        column.Fixed is { } known ? _fixed.ContainsKey(known) : column.Attribute is { } attribute && _attributes.ContainsKey(attribute.Ordinal);

    /// <summary>Adds the rows whose text passes, tested where the texts lie; false where that cannot be, or the column has been read already.</summary>
    public async ValueTask<bool> TryFindTextsAsync(AttributeColumnInfo column, ValueTest test, Selection into)
    {
        if (_attributes.ContainsKey(column.Ordinal)) return false;
        CancellationToken.ThrowIfCancellationRequested();
        return await segment.TryFindTextsAsync(column, test.Needle, new PassingTexts(test, into), context).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<ColumnVector>> ReadOverflowAsync(AttributeOwner owner, string key, RowSet? rows)
    {
        if (!segment.HasOverflow(owner)) return [];
        var vectors = await segment.ReadOverflowAsync(owner, key, context).ConfigureAwait(false);
        return rows is { } few ? [.. vectors.Select(v => ColumnSlicer.Slice(v, few))] : vectors;
    }

    /// <param name="test">The condition; also the key under which the match is remembered.</param>
    /// <param name="column">Ordinal of an attribute column, or a fixed column as a negative number.</param>
    /// <param name="dictionary">Its dictionary.</param>
    /// <param name="type">String, or Any for encoded values.</param>
    public DictionaryMatch Match(ValueTest test, int column, DictionaryView dictionary, ColumnType type)
    {
        if (_matches.TryGetValue((test, column), out var known) && known.IsFor(dictionary)) return known;
        return _matches[(test, column)] = DictionaryMatch.Of(dictionary, type, test, CancellationToken);
    }

    /// <summary>
    /// Spans of traces whose trace-level values this segment cannot tell: those that lie in other segments too, and all
    /// of a segment that does not store such values.
    /// </summary>
    public async ValueTask<Selection> UnknownTracesAsync()
    {
        _unknown ??= segment.HasTraceColumns
            ? await spread.StraddlingRowsAsync(this).ConfigureAwait(false)
            : Selection.All(SpanCount);
        if (!_unknown.IsEmpty) IsSuperset = true;
        return _unknown;
    }

    /// <summary>Every row, where only the whole trace can tell.</summary>
    public Selection AllUnknown()
    {
        IsSuperset = true;
        IsUnknownThroughout = true;
        return Selection.All(SpanCount);
    }

    private sealed class PassingTexts(ValueTest test, Selection into) : ITextSink
    {
        public void Add(int row, ReadOnlySpan<byte> text)
        {
            if (test.Text(text)) into.Set(row);
        }
    }
}
