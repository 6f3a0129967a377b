using Rubato.Model.Columns;
using Rubato.Model.Spans;

namespace Rubato.Model.Scanning;

/// <summary>
/// A piece of stored spans as a query sees it: one sealed or growing batch of recent data, or one row group of a block.
/// Immutable and safe for concurrent readers. All column reads are over span rows: resource and scope columns are
/// spread to the spans that have them. Event and link columns are over event and link rows; <see cref="ReadParentsAsync"/>
/// gives the span row of each. Reads of what the segment does not hold answer null or empty, never an error; damage is a
/// <see cref="SegmentDamagedException"/>.
/// </summary>
public interface ISpanSegment
{
    /// <summary>For people: block id and row group, or "recent".</summary>
    string Name { get; }

    /// <summary>The block that it is part of; null for recent data.</summary>
    string? Block => null;

    int SpanCount { get; }

    int EventCount { get; }

    int LinkCount { get; }

    /// <summary>Smallest span start and largest span end.</summary>
    TimeRange TimeRange { get; }

    /// <summary>No trace in this segment has a first span later than this (nanoseconds): lets a newest-first search stop.</summary>
    ulong MaxTraceStartUnixNano { get; }

    /// <summary>Spans of a trace lie in adjacent rows, sorted by (trace id, start).</summary>
    bool IsSortedByTrace { get; }

    /// <summary>Trace-level columns (<see cref="SpanColumn.RootServiceName"/> and later) are stored here.</summary>
    bool HasTraceColumns { get; }

    /// <summary>Reads wait for a network, tens of milliseconds each: worth having many under way.</summary>
    bool IsFar => false;

    /// <summary>Keys and types of the attribute columns, without their values and without keys that are only in the overflow.</summary>
    IReadOnlyList<AttributeColumnInfo> Attributes { get; }

    /// <summary>Owners with an overflow column: a key that <see cref="Attributes"/> lacks may still be there.</summary>
    bool HasOverflow(AttributeOwner owner);

    /// <summary>A whole fixed column, or null when no row has a value.</summary>
    ValueTask<ColumnVector?> ReadAsync(SpanColumn column, ScanContext context);

    /// <summary>A whole attribute column (one that <see cref="Attributes"/> lists).</summary>
    ValueTask<ColumnVector> ReadAsync(AttributeColumnInfo column, ScanContext context);

    /// <summary>The values of one key out of the overflow column, a vector for each type that occurs; usually none.</summary>
    ValueTask<IReadOnlyList<ColumnVector>> ReadOverflowAsync(AttributeOwner owner, string key, ScanContext context);

    /// <summary>Keys in the overflow column, at most <paramref name="limit"/>.</summary>
    ValueTask<IReadOnlyCollection<string>> ReadOverflowKeysAsync(AttributeOwner owner, int limit, ScanContext context);

    /// <summary>The whole overflow column over the owner's rows (entries: KeyValueList bodies), or null.</summary>
    ValueTask<StringVector?> ReadOverflowAsync(AttributeOwner owner, ScanContext context);

    /// <summary>For each event or link row its span row, ascending.</summary>
    ValueTask<ReadOnlyMemory<int>> ReadParentsAsync(AttributeOwner owner, ScanContext context);

    /// <summary>
    /// The first row of each trace, ascending, and the number of rows at the end. Only where <see cref="IsSortedByTrace"/>; not to be changed.
    /// </summary>
    async ValueTask<ReadOnlyMemory<int>> ReadTraceStartsAsync(ScanContext context)
    {
        if (SpanCount == 0) return new int[1];
        var ids = (TraceIdVector)(await ReadAsync(SpanColumn.TraceId, context).ConfigureAwait(false))!;
        var starts = new List<int>();
        for (var row = 0; row < ids.Count; row++)
        {
            if (row == 0 || ids[row] != ids[row - 1]) starts.Add(row);
        }

        starts.Add(ids.Count);
        return starts.ToArray();
    }

    /// <summary>
    /// When each trace begins, in the order of <see cref="ReadTraceStartsAsync"/>; null where that is no cheaper than <see cref="SpanColumn.TraceStartUnixNano"/>.
    /// </summary>
    /// <param name="wanted">For how many traces it is asked: of few, rows of the column are the better answer unless the times are at hand.</param>
    /// <param name="context">The query.</param>
    ValueTask<TraceTimes?> ReadTraceTimesAsync(int wanted, ScanContext context) => new((TraceTimes?)null);

    /// <summary>
    /// Part of a fixed column: row i of the answer is row <c>rows[i]</c> of the segment. For event and link columns the rows
    /// are event and link rows.
    /// </summary>
    ValueTask<ColumnVector?> ReadRowsAsync(SpanColumn column, RowSet rows, ScanContext context);

    /// <inheritdoc cref="ReadRowsAsync(SpanColumn, RowSet, ScanContext)"/>
    ValueTask<ColumnVector> ReadRowsAsync(AttributeColumnInfo column, RowSet rows, ScanContext context);

    /// <summary>
    /// Some span rows of many columns in one step: row i of an answer is row <c>rows[i]</c> of the segment; of event and link columns all children
    /// of these rows. Reads only the pages needed, of all columns together.
    /// </summary>
    ValueTask<SegmentRows> ReadRowsAsync(IReadOnlyList<SegmentColumn> columns, RowSet rows, ScanContext context);

    /// <summary>
    /// The rows that may hold a number that passes, by the bounds of the column's pages; empty when none can. Null when nothing is known: then any may.
    /// Only for columns over span rows.
    /// </summary>
    ValueTask<RowRanges?> FindRangesAsync(SegmentColumn column, IRangeTest test, ScanContext context) => new((RowRanges?)null);

    /// <summary>
    /// As reading the whole column (null when no row has a value), for a caller that looks at some rows only: other rows may lack their values. Reads no
    /// page without one of these rows. Only for columns over span rows.
    /// </summary>
    async ValueTask<ColumnVector?> ReadAsync(SegmentColumn column, RowRanges rows, ScanContext context) =>
        column.Fixed is { } known ? await ReadAsync(known, context).ConfigureAwait(false)
        : column.Attribute is { } attribute ? await ReadAsync(attribute, context).ConfigureAwait(false)
        : await ReadOverflowAsync(column.Table, context).ConfigureAwait(false);

    /// <summary>
    /// Shows the texts of a string column to <paramref name="sink"/> where they lie, without making a vector of them: those that contain
    /// <paramref name="needle"/>, or all when it is empty. False when there is no such way (the values have codes): nothing was shown then.
    /// </summary>
    ValueTask<bool> TryFindTextsAsync(AttributeColumnInfo column, ReadOnlyMemory<byte> needle, ITextSink sink, ScanContext context);

    /// <summary>
    /// The distinct values of a string column when they are at hand without reading the rows (dictionary in the index or
    /// in memory); null when not. May hold values that no row has.
    /// </summary>
    ValueTask<DictionaryView?> ReadDictionaryAsync(AttributeColumnInfo column, ScanContext context);

    /// <summary>As above for a fixed string column.</summary>
    ValueTask<DictionaryView?> ReadDictionaryAsync(SpanColumn column, ScanContext context);

    /// <summary>False when what is in memory proves that no row of the string column has exactly this value.</summary>
    bool MayContain(AttributeColumnInfo column, ReadOnlySpan<byte> value);

    /// <summary>As above; may read a Bloom filter to know.</summary>
    ValueTask<bool> MayContainAsync(AttributeColumnInfo column, ReadOnlyMemory<byte> value, ScanContext context) => new(MayContain(column, value.Span));

    /// <summary>Bounds of an Int64 column when known from the index, else null.</summary>
    (long Min, long Max)? Int64Bounds(AttributeColumnInfo column);

    /// <summary>Bounds of a fixed Int64 column when known from the index, else null.</summary>
    (long Min, long Max)? Int64Bounds(SpanColumn column);

    /// <summary>The traces by what the index keeps of their ids; null where there is no such index (recent data).</summary>
    ValueTask<ITraceKeys?> ReadTraceKeysAsync(ScanContext context) => new((ITraceKeys?)null);

    /// <summary>Rows of a trace; empty when it is not here.</summary>
    ValueTask<RowSet> FindTraceAsync(TraceId traceId, ScanContext context);

    /// <summary>
    /// Rows of several traces, and once in a hundred million look-ups those of another: who reads them compares the ids. So that finding needs no
    /// request of its own where one read gets ids and all else together.
    /// </summary>
    async ValueTask<RowSet> FindCandidatesAsync(IReadOnlyList<TraceId> traceIds, ScanContext context)
    {
        var found = new List<RowSet>();
        foreach (var id in traceIds)
        {
            var rows = await FindTraceAsync(id, context).ConfigureAwait(false);
            if (rows.Count > 0) found.Add(rows);
        }

        return RowSet.Union(found);
    }

    /// <summary>Whole spans of the given rows as plain objects, in row order, attributes in stored order.</summary>
    ValueTask<IReadOnlyList<Span>> ReadSpansAsync(RowSet rows, ScanContext context);
}

/// <summary>Looks at texts of a column; see <see cref="ISpanSegment.TryFindTextsAsync"/>. Called by one thread at a time, rows ascending.</summary>
public interface ITextSink
{
    /// <param name="row">The row of the owner's table.</param>
    /// <param name="text">Its UTF-8; gone when the call returns.</param>
    void Add(int row, ReadOnlySpan<byte> text);
}

/// <summary>An attribute column that a segment holds.</summary>
/// <param name="Owner">Whose attribute.</param>
/// <param name="Key">The full key, as sent.</param>
/// <param name="Type">Its type; a key with several types has several columns.</param>
/// <param name="Ordinal">The segment's own number of the column.</param>
public readonly record struct AttributeColumnInfo(AttributeOwner Owner, string Key, ColumnType Type, int Ordinal);

/// <summary>What a running query hands to the storage below it: cancellation and the counters of what was read.</summary>
public sealed class ScanContext(CancellationToken cancellationToken)
{
    /// <summary>What <see cref="Hold"/> keeps for one query.</summary>
    public const long MaxHeldBytes = 64 << 20;

    private readonly ScanContext? _query;
    private long _bytes;
    private long _recentBytes;
    private long _spans;
    private Queue<(object Value, long Bytes)>? _held;
    private long _heldBytes;

    private ScanContext(ScanContext query, ScanBuffers buffers)
        : this(query.CancellationToken) => (_query, Buffers) = (query, buffers);

    public static ScanContext None => new(CancellationToken.None);

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>Bytes read from storage (or of the columns looked at, for recent data).</summary>
    public long InspectedBytes => Interlocked.Read(ref _bytes);

    /// <summary>Those of <see cref="InspectedBytes"/> that are recent data's.</summary>
    public long RecentBytes => Interlocked.Read(ref _recentBytes);

    public long InspectedSpans => Interlocked.Read(ref _spans);

    /// <summary>Where whole columns may be decoded to; null for arrays of their own. Who reads with it must not keep what was read.</summary>
    public ScanBuffers? Buffers { get; }

    /// <summary>An array out of <see cref="Buffers"/>, or one of its own where there are none: at least as long as asked for, with anything in it.</summary>
    public T[] Rent<T>(int length)
        where T : unmanaged => Buffers?.Rent<T>(length) ?? new T[length];

    public void AddRecentBytes(long bytes)
    {
        AddBytes(bytes);
        if (_query is not null) Interlocked.Add(ref _query._recentBytes, bytes);
        else Interlocked.Add(ref _recentBytes, bytes);
    }

    /// <summary>The same query, for as long as it looks at one segment.</summary>
    public ScanContext With(ScanBuffers buffers) => new(this, buffers);

    /// <summary>
    /// Keeps what a cache had no room for until the query ends, so that its next step finds it instead of reading it again. At most <see cref="MaxHeldBytes"/>: the oldest
    /// goes first, the newest is always kept.
    /// </summary>
    public void Hold(object value, long bytes)
    {
        if (_query is not null)
        {
            _query.Hold(value, bytes);
            return;
        }

        var held = _held ?? Interlocked.CompareExchange(ref _held, [], null) ?? _held;
        lock (held)
        {
            held.Enqueue((value, bytes));
            _heldBytes += bytes;
            while (_heldBytes > MaxHeldBytes && held.Count > 1) _heldBytes -= held.Dequeue().Bytes;
        }
    }

    public void AddBytes(long bytes)
    {
        if (_query is not null) _query.AddBytes(bytes);
        else Interlocked.Add(ref _bytes, bytes);
    }

    public void AddSpans(long spans)
    {
        if (_query is not null) _query.AddSpans(spans);
        else Interlocked.Add(ref _spans, spans);
    }
}

/// <summary>Stored data is damaged: which segment and what. The segment is set aside, the rest is served.</summary>
public sealed class SegmentDamagedException(string segment, string problem, Exception? inner = null)
    : Exception($"{segment}: {problem}", inner)
{
    public string Segment { get; } = segment;
}
