using System.Buffers.Binary;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Writes one row group after the other: gathers each column from the batches in stored order, hands it to the Parquet
/// writer and to the index, and forgets it. One column is in memory at a time, besides the trace-level columns (7 numbers a span).
/// </summary>
internal sealed class RowGroupWriter(BlockPlan plan, ParquetFileWriter file, BlockIndexBuilder index)
{
    private readonly ColumnGather _gather = new();
    private TraceFacts _facts = null!;
    private SpreadRows _resources = null!;
    private SpreadRows _scopes = null!;
    private TableRows _spans = null!;
    private TableRows _events = null!;
    private TableRows _links = null!;
    private int _first;
    private int _count;

    // The name column's codes, kept for root_name.
    private int[] _nameCodes = [];
    private StringDictionary _names = new();

    public long EventCount { get; private set; }

    public long LinkCount { get; private set; }

    public ulong MaxTraceStart { get; private set; }

    public TimeRange TimeRange { get; private set; } = new(ulong.MaxValue, 0);

    public void Write(int firstTrace, int endTrace, CancellationToken cancellationToken)
    {
        var order = plan.Spans;
        _first = order.TraceStarts[firstTrace];
        _count = order.TraceStarts[endTrace] - _first;
        _facts = TraceFacts.Compute(plan.Input, order, firstTrace, endTrace, plan.LinkedChildren);
        _spans = new TableRows(order.Rank, _first, _count);
        _resources = new SpreadRows(plan.Input, order, _first, _count, AttributeOwner.Resource);
        _scopes = new SpreadRows(plan.Input, order, _first, _count, AttributeOwner.Scope);
        _events = Children(plan.Events);
        _links = Children(plan.Links);

        index.BeginRowGroup();
        for (var trace = firstTrace; trace < endTrace; trace++)
            index.AddTrace(order.TraceIdAt(order.TraceStarts[trace]), order.TraceStarts[trace + 1] - order.TraceStarts[trace]);
        file.BeginRowGroup(_count);
        foreach (var column in plan.Schema.Columns)
        {
            cancellationToken.ThrowIfCancellationRequested();
            BeginGroup(column);
            Write(column);
        }

        file.EndRowGroup();
        foreach (var column in plan.Schema.Columns)
        {
            if (file.FilterOf(column.Ordinal) is { } filter) index.AddFilter(column, filter);
        }

        var range = new TimeRange(_facts.MinStart, _facts.MaxEnd);
        index.EndRowGroup(_count, _events.Count, _links.Count, range, _facts.MaxTraceStart);
        EventCount += _events.Count;
        LinkCount += _links.Count;
        MaxTraceStart = Math.Max(MaxTraceStart, _facts.MaxTraceStart);
        TimeRange = new TimeRange(Math.Min(TimeRange.StartUnixNano, range.StartUnixNano), Math.Max(TimeRange.EndUnixNano, range.EndUnixNano));
    }

    private TableRows Children(ChildOrder children)
    {
        var first = children.FirstOf(_first);
        return new TableRows(children.Rank, first, children.FirstOf(_first + _count) - first);
    }

    private void BeginGroup(BlockColumn column)
    {
        var owner = column.Fixed?.Column switch
        {
            SpanColumn.EventTimeUnixNano => plan.Events,
            SpanColumn.LinkTraceId => plan.Links,
            _ => null,
        };
        if (owner is null) return;
        var counts = new int[_count];
        for (var i = 0; i < counts.Length; i++) counts[i] = owner.CountOf(_first + i);
        file.BeginRepeatedGroup(counts);
    }

    private void Write(BlockColumn column)
    {
        switch (column.Fixed?.Column)
        {
            case SpanColumn.TraceId:
                WriteTraceIds(column);
                break;
            case SpanColumn.SpanId or SpanColumn.ParentSpanId:
                WriteSpanIds(column);
                break;
            case SpanColumn.Name:
                WriteNames(column);
                break;
            case SpanColumn.RootServiceName:
                WriteRootServices(column);
                break;
            case SpanColumn.RootName:
                WriteRootStrings(column, row => _nameCodes[row], _names);
                break;
            case SpanColumn.TraceStartUnixNano:
                WriteLongs(column, _facts.Start);
                break;
            case SpanColumn.TraceDurationNano:
                WriteLongs(column, _facts.Duration);
                break;
            case SpanColumn.NestedSetLeft:
                WriteLongs(column, _facts.Left);
                break;
            case SpanColumn.NestedSetRight:
                WriteLongs(column, _facts.Right);
                break;
            case SpanColumn.NestedSetParent:
                WriteLongs(column, _facts.Parent);
                break;
            default:
                WriteGathered(column);
                break;
        }
    }

    private void WriteGathered(BlockColumn column)
    {
        var pieces = plan.PiecesOf(column);
        var rows = TableOf(pieces.Table);
        switch (column.ValueType)
        {
            case ColumnType.Int64:
                var longs = _gather.Longs(pieces, rows);
                if (longs.Count == 0)
                {
                    file.WriteNulls();
                    break;
                }

                file.WriteLongs(longs.Values, longs.Rows);
                index.AddLongs(column, longs.Values);
                break;
            case ColumnType.Double:
                var doubles = _gather.Doubles(pieces, rows);
                if (doubles.Count == 0)
                {
                    file.WriteNulls();
                    break;
                }

                file.WriteDoubles(doubles.Values, doubles.Rows);
                index.AddDoubles(column, doubles.Values);
                break;
            case ColumnType.Bool:
                var bools = _gather.Bools(pieces, rows);
                if (bools.Count == 0)
                {
                    file.WriteNulls();
                    break;
                }

                file.WriteBooleans(bools.Values, bools.Rows);
                index.AddCount(column, bools.Count);
                break;
            default:
                WriteStrings(column, pieces, rows);
                break;
        }
    }

    private void WriteStrings(BlockColumn column, ColumnPieces pieces, TableRows rows)
    {
        if (pieces.IsHighCardinality)
        {
            var strings = _gather.Strings(pieces, rows);
            if (strings.Count == 0)
            {
                file.WriteNulls();
                return;
            }

            file.WriteStrings(strings.Values, strings.Rows, AddToIndex(column, strings.Count, strings.Values));
            return;
        }

        var dictionary = new StringDictionary();
        var codes = _gather.Codes(pieces, rows, dictionary);
        if (codes.Count == 0)
        {
            file.WriteNulls();
            return;
        }

        var view = dictionary.View;
        var entries = new ByteStrings(view.Pool, view.Offsets);
        file.WriteCodes(codes.Values, entries, codes.Rows, AddToIndex(column, codes.Count, entries));
    }

    /// <summary>True when the column should have a Bloom filter.</summary>
    private bool AddToIndex(BlockColumn column, int count, ByteStrings values)
    {
        if (column.IndexesStrings) return index.AddStrings(column, count, values);
        index.AddCount(column, count);
        return false;
    }

    private void WriteLongs(BlockColumn column, ReadOnlySpan<long> values)
    {
        file.WriteLongs(values);
        index.AddLongs(column, values);
    }

    private void WriteTraceIds(BlockColumn column)
    {
        var bytes = new byte[_count * 16];
        for (var i = 0; i < _count; i++) plan.Spans.TraceIdAt(_first + i).Write(bytes.AsSpan(i * 16));
        file.WriteFixed(bytes);
        index.AddCount(column, _count);
    }

    // The parent of a root is null in the file: zero ids would look like a span to other tools.
    private void WriteSpanIds(BlockColumn column)
    {
        var ids = _gather.Longs(plan.PiecesOf(column), _spans).Values;
        var bytes = new byte[_count * 8];
        var present = new List<int>(_count);
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] == 0 && column.Fixed!.Column == SpanColumn.ParentSpanId) continue;
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(present.Count * 8), ids[i]);
            present.Add(i);
        }

        index.AddCount(column, present.Count);
        if (present.Count == _count) file.WriteFixed(bytes);
        else if (present.Count == 0) file.WriteNulls();
        else file.WriteFixed(bytes.AsSpan(0, present.Count * 8), PresentRows.At(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(present)));
    }

    private void WriteNames(BlockColumn column)
    {
        _names = new StringDictionary(256);
        var codes = _gather.Codes(plan.PiecesOf(column), _spans, _names);
        _nameCodes = codes.Values.ToArray();
        var view = _names.View;
        var entries = new ByteStrings(view.Pool, view.Offsets);
        file.WriteCodes(_nameCodes, entries);
        AddToIndex(column, _count, entries);
    }

    private void WriteRootServices(BlockColumn column)
    {
        var services = new StringDictionary();
        if (plan.Attribute(new AttributeKey(AttributeOwner.Resource, "service.name", ColumnType.String)) is not { } pieces)
        {
            WriteRootStrings(column, _ => -1, services);
            return;
        }

        var slots = _gather.SlotCodes(pieces, _resources, services);
        WriteRootStrings(column, row => _resources.SlotOf(row) is var slot && slots.Has(slot) ? slots[slot] : -1, services);
    }

    /// <summary>A string of each trace's root on all its rows; empty where there is no root or it has none.</summary>
    private void WriteRootStrings(BlockColumn column, Func<int, int> codeOfRow, StringDictionary source)
    {
        var dictionary = new StringDictionary();
        var map = new int[source.Count + 1];
        map.AsSpan().Fill(-1);
        var codes = new int[_count];
        for (var i = 0; i < codes.Length; i++)
        {
            var root = _facts.RootRow[i];
            var own = root < 0 ? -1 : codeOfRow(root);
            ref var code = ref map[own + 1];
            if (code < 0) code = dictionary.GetOrAdd(own < 0 ? default : source[own]);
            codes[i] = code;
        }

        var view = dictionary.View;
        var entries = new ByteStrings(view.Pool, view.Offsets);
        file.WriteCodes(codes, entries);
        AddToIndex(column, _count, entries);
    }

    private TableRows TableOf(AttributeOwner table) => table switch
    {
        AttributeOwner.Resource => _resources,
        AttributeOwner.Scope => _scopes,
        AttributeOwner.Span => _spans,
        AttributeOwner.Event => _events,
        _ => _links,
    };
}
