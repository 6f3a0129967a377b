using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>
/// One row group of a block as queries see it. What the index knows (names, counts, bounds, small dictionaries, trace ids and
/// their rows) is answered without touching the data file. Holds no open file; all state is the block's and the cache's.
/// </summary>
internal sealed partial class RowGroupSegment : ISpanSegment
{
    /// <summary>A row group has about a dozen pages of a column: this many traces lie in most of them.</summary>
    private const int TracesWorthAllTimes = 8;

    private readonly BlockV1 _block;
    private readonly int _number;
    private readonly AttributeColumnInfo[] _attributes;

    public RowGroupSegment(BlockV1 block, BlockIndex index, int number)
    {
        _block = block;
        Index = index;
        _number = number;
        Group = index.RowGroups[number];
        Name = $"{block.Name}#{number}";
        var attributes = new List<AttributeColumnInfo>();
        foreach (var column in index.Schema.Attributes)
        {
            if (Group.Columns[column.Ordinal].Count > 0 && column.Attribute is { } key)
                attributes.Add(new AttributeColumnInfo(key.Owner, key.Key, key.Type, column.Ordinal));
        }

        _attributes = [.. attributes];
    }

    public BlockIndex Index { get; }

    public IndexRowGroup Group { get; }

    public string Name { get; }

    public string? Block => _block.Name;

    public int SpanCount => Group.SpanCount;

    public int EventCount => Group.EventCount;

    public int LinkCount => Group.LinkCount;

    public TimeRange TimeRange => Group.TimeRange;

    public ulong MaxTraceStartUnixNano => Group.MaxTraceStartUnixNano;

    public bool IsFar => _block.IsFar;

    public bool IsSortedByTrace => true;

    public bool HasTraceColumns => true;

    public IReadOnlyList<AttributeColumnInfo> Attributes => _attributes;

    public bool HasOverflow(AttributeOwner owner) => Index.Schema.Overflow(owner) is { } column && Statistics(column).Count > 0;

    public async ValueTask<ColumnVector?> ReadAsync(SpanColumn column, ScanContext context)
    {
        if (column == SpanColumn.TraceId) return await ReadTraceIdsAsync(0, SpanCount, context);
        var stored = Index.Schema[column];
        return IsAbsent(stored) ? null : await ReadWholeAsync(stored, context);
    }

    public ValueTask<ColumnVector> ReadAsync(AttributeColumnInfo column, ScanContext context) => ReadWholeAsync(Index.Schema.Columns[column.Ordinal], context);

    public async ValueTask<RowRanges?> FindRangesAsync(SegmentColumn column, IRangeTest test, ScanContext context)
    {
        if (StoredOf(column) is not { } stored) return RowRanges.None;
        if (!PageBounds.AreFor(stored.Field)) return null;
        return await GuardAsync(file => file.FindRangesAsync(_number, stored.Ordinal, test, _block.Pages, context.CancellationToken), context);
    }

    public async ValueTask<ColumnVector?> ReadAsync(SegmentColumn column, RowRanges rows, ScanContext context)
    {
        if (StoredOf(column) is not { } stored || IsAbsent(stored)) return null;
        return column.Fixed == SpanColumn.TraceId ? await ReadTraceIdsAsync(0, SpanCount, context) : await ReadWholeAsync(stored, context, rows);
    }

    public async ValueTask<IReadOnlyList<ColumnVector>> ReadOverflowAsync(AttributeOwner owner, string key, ScanContext context) =>
        await ReadOverflowAsync(owner, context) is { } overflow ? OverflowColumn.Read(overflow, key) : [];

    public async ValueTask<IReadOnlyCollection<string>> ReadOverflowKeysAsync(AttributeOwner owner, int limit, ScanContext context) =>
        await ReadOverflowAsync(owner, context) is { } overflow ? OverflowColumn.ReadKeys(overflow, limit) : [];

    public async ValueTask<StringVector?> ReadOverflowAsync(AttributeOwner owner, ScanContext context) =>
        HasOverflow(owner) ? (StringVector)await ReadWholeAsync(Index.Schema.Overflow(owner)!, context) : null;

    public async ValueTask<ReadOnlyMemory<int>> ReadParentsAsync(AttributeOwner owner, ScanContext context)
    {
        if ((owner == AttributeOwner.Event ? EventCount : LinkCount) == 0) return ReadOnlyMemory<int>.Empty;
        return await GuardAsync(file => _block.ParentsAsync(file, _number, ParentColumn(owner), context), context);
    }

    /// <summary>From the index alone.</summary>
    public ValueTask<ReadOnlyMemory<int>> ReadTraceStartsAsync(ScanContext context)
    {
        var starts = new int[Group.TraceCount + 1];
        for (var i = 0; i < starts.Length; i++) starts[i] = Index.FirstRowOf(Group.FirstTrace + i) - Group.FirstRow;
        return new(starts);
    }

    /// <summary>From the cache, or made of the whole column, which is worth it for as many traces as touch most of its pages; not over a network.</summary>
    public async ValueTask<TraceTimes?> ReadTraceTimesAsync(int wanted, ScanContext context)
    {
        if (_block.KnownTraceTimes(_number) is { } known) return known;
        if (IsFar || wanted < TracesWorthAllTimes) return null;
        var column = (Int64Vector)await ReadWholeAsync(Index.Schema[SpanColumn.TraceStartUnixNano], context);
        var starts = new ulong[Group.TraceCount];
        for (var i = 0; i < starts.Length; i++) starts[i] = (ulong)column.Values[Index.FirstRowOf(Group.FirstTrace + i) - Group.FirstRow];
        var times = TraceTimes.Of(starts);
        _block.Keep(_number, times);
        return times;
    }

    public ValueTask<DictionaryView?> ReadDictionaryAsync(AttributeColumnInfo column, ScanContext context) => new(Index.Dictionary(Group.Columns[column.Ordinal]));

    public ValueTask<DictionaryView?> ReadDictionaryAsync(SpanColumn column, ScanContext context) => new(Index.Dictionary(Statistics(Index.Schema[column])));

    public bool MayContain(AttributeColumnInfo column, ReadOnlySpan<byte> value) => Index.MayContain(Group.Columns[column.Ordinal], value);

    public async ValueTask<bool> MayContainAsync(AttributeColumnInfo column, ReadOnlyMemory<byte> value, ScanContext context)
    {
        var statistics = Group.Columns[column.Ordinal];
        if (!Index.MayContain(statistics, value.Span)) return false;
        if (Index.FilterOf(statistics) is not { } place) return true;
        context.AddBytes(place.Length);
        var filter = await GuardAsync(() => _block.FilterAsync(place, context.CancellationToken));
        return BloomFilter.MayContain(filter, BloomFilter.HashOf(value.Span));
    }

    public (long Min, long Max)? Int64Bounds(AttributeColumnInfo column) => Bounds(Group.Columns[column.Ordinal]);

    public (long Min, long Max)? Int64Bounds(SpanColumn column) => Bounds(Statistics(Index.Schema[column]));

    public async ValueTask<RowSet> FindTraceAsync(TraceId traceId, ScanContext context)
    {
        var rows = await FindCandidateAsync(traceId, context);
        if (rows.Count == 0) return rows;
        // The index keeps enough of an id to tell it from the others of the block, not to know it.
        var id = await GuardAsync(() => _block.TraceIdAsync(Index, _number, rows.First, context.CancellationToken));
        return id == traceId ? rows : RowSet.Empty;
    }

    public async ValueTask<RowSet> FindCandidatesAsync(IReadOnlyList<TraceId> traceIds, ScanContext context)
    {
        if (traceIds.Count == 1) return await FindCandidateAsync(traceIds[0], context);
        var found = new List<RowSet>();
        foreach (var place in await GuardAsync(() => _block.FindPlacesAsync(traceIds, context)))
        {
            var rows = RowsAt(place);
            if (rows.Count > 0) found.Add(rows);
        }

        return RowSet.Union(found);
    }

    public async ValueTask<ITraceKeys?> ReadTraceKeysAsync(ScanContext context) =>
        new SegmentTraceKeys(await GuardAsync(() => _block.TraceTableAsync(context)), Index, Group);

    private async ValueTask<RowSet> FindCandidateAsync(TraceId traceId, ScanContext context)
    {
        return RowsAt(await GuardAsync(() => _block.FindPlaceAsync(traceId, context.CancellationToken)));
    }

    private RowSet RowsAt(int trace)
    {
        if (trace < Group.FirstTrace || trace >= Group.FirstTrace + Group.TraceCount) return RowSet.Empty;
        var first = Index.FirstRowOf(trace) - Group.FirstRow;
        return RowSet.Range(first, Index.FirstRowOf(trace + 1) - Group.FirstRow - first);
    }

    internal async ValueTask<TraceIdVector> ReadTraceIdsAsync(int firstRow, int rowCount, ScanContext context)
    {
        var ids = await GuardAsync(() => _block.TraceIdsAsync(Index, _number, context.CancellationToken));
        return Index.TraceIds(Group, ids, firstRow, rowCount);
    }

    public ValueTask<IReadOnlyList<Span>> ReadSpansAsync(RowSet rows, ScanContext context) => SpanReader.ReadAsync(this, rows, context);

    /// <summary>No row has a value: nothing to read.</summary>
    private bool IsAbsent(BlockColumn column) =>
        (Statistics(column).Count == 0 && column.Fixed is not { IsDense: true })
        || (column.Field.Group == FixedColumn.EventGroup && EventCount == 0)
        || (column.Field.Group == FixedColumn.LinkGroup && LinkCount == 0);

    private ValueTask<ColumnVector> ReadWholeAsync(BlockColumn column, ScanContext context, RowRanges? rows = null) => GuardAsync(
        async file =>
        {
            var (values, bytes) = await file.ReadColumnAsync(_number, column.Ordinal, rows, _block.Pages, context.Buffers, context.CancellationToken);
            context.AddBytes(bytes);
            return VectorConversion.ToModel(column, values);
        },
        context);

    private ValueTask<T> GuardAsync<T>(Func<ParquetFileReader, ValueTask<T>> read, ScanContext context) =>
        GuardAsync(async () => await read(await _block.FileAsync(Index, context.CancellationToken)));

    private async ValueTask<T> GuardAsync<T>(Func<ValueTask<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (Damage.Is(e))
        {
            throw Damage.Of(Name, e);
        }
    }

    private int ParentColumn(AttributeOwner owner) =>
        Index.Schema[owner == AttributeOwner.Event ? SpanColumn.EventTimeUnixNano : SpanColumn.LinkTraceId].Ordinal;

    private ColumnStatistics Statistics(BlockColumn column) => Group.Columns[column.Ordinal];

    private static (long Min, long Max)? Bounds(in ColumnStatistics column) =>
        column.Kind == StatisticsKind.Int64Bounds ? (column.Min, column.Max) : null;
}
