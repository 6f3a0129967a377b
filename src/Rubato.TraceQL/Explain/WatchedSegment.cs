using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;

namespace Rubato.TraceQL.Explain;

/// <summary>Passes everything on to a segment and writes down what was read and what its index answered.</summary>
internal sealed class WatchedSegment(SegmentExplanation record, TimeProvider time) : ISpanSegment
{
    private const int MaxShownValue = 60;

    private readonly ISpanSegment _inner = record.Segment;

    public string Name => _inner.Name;

    public string? Block => _inner.Block;

    public int SpanCount => _inner.SpanCount;

    public int EventCount => _inner.EventCount;

    public int LinkCount => _inner.LinkCount;

    public TimeRange TimeRange => _inner.TimeRange;

    public ulong MaxTraceStartUnixNano => _inner.MaxTraceStartUnixNano;

    public bool IsSortedByTrace => _inner.IsSortedByTrace;

    public bool HasTraceColumns => _inner.HasTraceColumns;

    public bool IsFar => _inner.IsFar;

    public IReadOnlyList<AttributeColumnInfo> Attributes => _inner.Attributes;

    public bool HasOverflow(AttributeOwner owner) => _inner.HasOverflow(owner);

    public ValueTask<ColumnVector?> ReadAsync(SpanColumn column, ScanContext context) =>
        ReadAsync(NameOf(column), SpanCount, context, own => _inner.ReadAsync(column, own));

    public ValueTask<ColumnVector> ReadAsync(AttributeColumnInfo column, ScanContext context) =>
        ReadAsync(NameOf(column), SpanCount, context, own => _inner.ReadAsync(column, own));

    public ValueTask<IReadOnlyList<ColumnVector>> ReadOverflowAsync(AttributeOwner owner, string key, ScanContext context) =>
        ReadAsync($"{Prefix(owner)}.{key} (overflow)", SpanCount, context, own => _inner.ReadOverflowAsync(owner, key, own));

    public ValueTask<IReadOnlyCollection<string>> ReadOverflowKeysAsync(AttributeOwner owner, int limit, ScanContext context) =>
        ReadAsync($"{Prefix(owner)} (overflow, keys)", SpanCount, context, own => _inner.ReadOverflowKeysAsync(owner, limit, own));

    public ValueTask<StringVector?> ReadOverflowAsync(AttributeOwner owner, ScanContext context) =>
        ReadAsync($"{Prefix(owner)} (overflow)", SpanCount, context, own => _inner.ReadOverflowAsync(owner, own));

    public ValueTask<ReadOnlyMemory<int>> ReadParentsAsync(AttributeOwner owner, ScanContext context) =>
        ReadAsync($"spans of {Prefix(owner)}s", owner == AttributeOwner.Event ? EventCount : LinkCount, context, own => _inner.ReadParentsAsync(owner, own));

    public ValueTask<ColumnVector?> ReadRowsAsync(SpanColumn column, RowSet rows, ScanContext context) =>
        ReadAsync(NameOf(column), rows.Count, context, own => _inner.ReadRowsAsync(column, rows, own));

    public ValueTask<ColumnVector> ReadRowsAsync(AttributeColumnInfo column, RowSet rows, ScanContext context) =>
        ReadAsync(NameOf(column), rows.Count, context, own => _inner.ReadRowsAsync(column, rows, own));

    public ValueTask<SegmentRows> ReadRowsAsync(IReadOnlyList<SegmentColumn> columns, RowSet rows, ScanContext context) =>
        ReadAsync(string.Join(", ", columns.Select(NameOf)), rows.Count, context, own => _inner.ReadRowsAsync(columns, rows, own));

    public ValueTask<RowRanges?> FindRangesAsync(SegmentColumn column, IRangeTest test, ScanContext context) => _inner.FindRangesAsync(column, test, context);

    public ValueTask<ColumnVector?> ReadAsync(SegmentColumn column, RowRanges rows, ScanContext context) =>
        ReadAsync(NameOf(column), rows.RowCount, context, own => _inner.ReadAsync(column, rows, own));

    public ValueTask<bool> TryFindTextsAsync(AttributeColumnInfo column, ReadOnlyMemory<byte> needle, ITextSink sink, ScanContext context) =>
        ReadAsync(NameOf(column), SpanCount, context, own => _inner.TryFindTextsAsync(column, needle, sink, own), wasRead: found => found);

    // Dictionaries come from the index or from memory.
    public ValueTask<DictionaryView?> ReadDictionaryAsync(AttributeColumnInfo column, ScanContext context) => _inner.ReadDictionaryAsync(column, context);

    public ValueTask<DictionaryView?> ReadDictionaryAsync(SpanColumn column, ScanContext context) => _inner.ReadDictionaryAsync(column, context);

    public bool MayContain(AttributeColumnInfo column, ReadOnlySpan<byte> value)
    {
        var may = _inner.MayContain(column, value);
        if (!may) NoteLacking(column, value);
        return may;
    }

    public async ValueTask<bool> MayContainAsync(AttributeColumnInfo column, ReadOnlyMemory<byte> value, ScanContext context)
    {
        var may = await _inner.MayContainAsync(column, value, context).ConfigureAwait(false);
        if (!may) NoteLacking(column, value.Span);
        return may;
    }

    public (long Min, long Max)? Int64Bounds(AttributeColumnInfo column) => Noted(NameOf(column), _inner.Int64Bounds(column));

    public (long Min, long Max)? Int64Bounds(SpanColumn column) => Noted(NameOf(column), _inner.Int64Bounds(column));

    public ValueTask<ReadOnlyMemory<int>> ReadTraceStartsAsync(ScanContext context) => _inner.ReadTraceStartsAsync(context);

    public ValueTask<TraceTimes?> ReadTraceTimesAsync(int wanted, ScanContext context) =>
        ReadAsync("begin of each trace", wanted, context, own => _inner.ReadTraceTimesAsync(wanted, own));

    public ValueTask<RowSet> FindTraceAsync(TraceId traceId, ScanContext context) => _inner.FindTraceAsync(traceId, context);

    public ValueTask<ITraceKeys?> ReadTraceKeysAsync(ScanContext context) => _inner.ReadTraceKeysAsync(context);

    public ValueTask<RowSet> FindCandidatesAsync(IReadOnlyList<TraceId> traceIds, ScanContext context) => _inner.FindCandidatesAsync(traceIds, context);

    public ValueTask<IReadOnlyList<Span>> ReadSpansAsync(RowSet rows, ScanContext context) =>
        ReadAsync("whole spans", rows.Count, context, own => _inner.ReadSpansAsync(rows, own));

    private static string Prefix(AttributeOwner owner) => owner switch
    {
        AttributeOwner.Scope => "instrumentation",
        AttributeOwner.Resource => "resource",
        AttributeOwner.Event => "event",
        AttributeOwner.Link => "link",
        _ => "span",
    };

    private static string NameOf(AttributeColumnInfo column) => $"{Prefix(column.Owner)}.{column.Key}";

    private static string NameOf(SpanColumn column) => column.ToString();

    private static string NameOf(SegmentColumn column) =>
        column.Fixed is { } known ? NameOf(known) : column.Attribute is { } attribute ? NameOf(attribute) : $"{Prefix(column.Table)} (overflow)";

    private void NoteLacking(AttributeColumnInfo column, ReadOnlySpan<byte> value)
    {
        var text = Encoding.UTF8.GetString(value.Length > MaxShownValue ? value[..MaxShownValue] : value);
        record.Note($"by the index {NameOf(column)} is never \"{text}{(value.Length > MaxShownValue ? "..." : "")}\"");
    }

    private (long Min, long Max)? Noted(string column, (long Min, long Max)? bounds)
    {
        if (bounds is var (min, max)) record.Note(FormattableString.Invariant($"by the index {column} is {min} to {max}"));
        return bounds;
    }

    private async ValueTask<T> ReadAsync<T>(string name, long rows, ScanContext context, Func<ScanContext, ValueTask<T>> read, Predicate<T>? wasRead = null)
    {
        // A context of its own, so that bytes are known column by column.
        var own = new ScanContext(context.CancellationToken);
        var started = time.GetTimestamp();
        try
        {
            var result = await read(own).ConfigureAwait(false);
            if (wasRead?.Invoke(result) != false) record.Add(new ColumnReading(name, 1, rows, own.InspectedBytes, time.GetElapsedTime(started).TotalMilliseconds));
            return result;
        }
        finally
        {
            context.AddRecentBytes(own.RecentBytes);
            context.AddBytes(own.InspectedBytes - own.RecentBytes);
        }
    }
}
