using System.Buffers.Binary;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Indexing;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Writes one row group after the other, column by column: gathers the column's pieces in stored order, hands it to the Parquet
/// writer and to the index, and forgets it. One column is in memory at a time, besides the trace-level columns (7 numbers a span).
/// The caller brings the pieces, so that those of a merge can be read when their turn comes:
/// <code>
/// groups.Begin(rows);
/// foreach (var column in schema.Columns) groups.Write(column, groups.SourceOf(column) is { } source ? pieces of source : null);
/// groups.End();
/// </code>
/// </summary>
internal sealed class RowGroupWriter(BlockSchema schema, ParquetFileWriter file, BlockIndexBuilder index)
{
    private readonly ColumnGather _gather = new();
    private readonly BlockColumn? _serviceName = schema.Attributes.FirstOrDefault(c => c.Attribute == AttributeKey.ServiceName);
    private RowGroupRows _rows = null!;
    private TraceFacts _facts = null!;
    private int _count;

    // Reused from row group to row group.
    private byte[] _bytes = [];
    private int[] _present = [];

    // The name column's codes, kept for root_name.
    private int[] _nameCodes = [];
    private StringDictionary _names = new();

    public long EventCount { get; private set; }

    public long LinkCount { get; private set; }

    public ulong MaxTraceStart { get; private set; }

    public TimeRange TimeRange { get; private set; } = new(ulong.MaxValue, 0);

    public int SpanCount { get; private set; }

    public int TraceCount { get; private set; }

    public int RowGroupCount { get; private set; }

    public void Begin(RowGroupRows rows)
    {
        _rows = rows;
        _facts = rows.Facts;
        _count = rows.Count;
        index.BeginRowGroup();
        var order = rows.Order;
        for (var trace = rows.FirstTrace; trace < rows.EndTrace; trace++)
            index.AddTrace(order.TraceIdAt(order.TraceStarts[trace]), order.TraceStarts[trace + 1] - order.TraceStarts[trace]);
        file.BeginRowGroup(_count);
    }

    /// <summary>The column whose pieces <see cref="Write"/> wants for this one: mostly itself; null where none are needed.</summary>
    public BlockColumn? SourceOf(BlockColumn column) => column.Fixed?.Column switch
    {
        SpanColumn.TraceId or >= SpanColumn.RootName => null,
        SpanColumn.RootServiceName => _serviceName,
        _ => column,
    };

    /// <summary>The next column, in the schema's order.</summary>
    public void Write(BlockColumn column, ColumnPieces? pieces)
    {
        BeginGroup(column);
        WriteColumn(column, pieces);
    }

    public void End()
    {
        file.EndRowGroup();
        foreach (var column in schema.Columns)
        {
            if (file.FilterOf(column.Ordinal) is { } filter) index.AddFilter(column, filter);
        }

        var range = new TimeRange(_facts.MinStart, _facts.MaxEnd);
        index.EndRowGroup(_count, _rows.Events.Count, _rows.Links.Count, range, _facts.MaxTraceStart);
        SpanCount = checked(SpanCount + _count);
        TraceCount += _rows.EndTrace - _rows.FirstTrace;
        RowGroupCount++;
        EventCount += _rows.Events.Count;
        LinkCount += _rows.Links.Count;
        MaxTraceStart = Math.Max(MaxTraceStart, _facts.MaxTraceStart);
        TimeRange = new TimeRange(Math.Min(TimeRange.StartUnixNano, range.StartUnixNano), Math.Max(TimeRange.EndUnixNano, range.EndUnixNano));
    }

    private void BeginGroup(BlockColumn column)
    {
        var owner = column.Fixed?.Column switch
        {
            SpanColumn.EventTimeUnixNano => _rows.EventOrder,
            SpanColumn.LinkTraceId => _rows.LinkOrder,
            _ => null,
        };
        if (owner is null) return;
        var counts = new int[_count];
        for (var i = 0; i < counts.Length; i++) counts[i] = owner.CountOf(_rows.First + i);
        file.BeginRepeatedGroup(counts);
    }

    private void WriteColumn(BlockColumn column, ColumnPieces? pieces)
    {
        switch (column.Fixed?.Column)
        {
            case SpanColumn.TraceId:
                WriteTraceIds(column);
                break;
            case SpanColumn.SpanId or SpanColumn.ParentSpanId:
                WriteSpanIds(column, pieces!);
                break;
            case SpanColumn.Name:
                WriteNames(column, pieces!);
                break;
            case SpanColumn.RootServiceName:
                WriteRootServices(column, pieces);
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
                WriteGathered(column, pieces!);
                break;
        }
    }

    private void WriteGathered(BlockColumn column, ColumnPieces pieces)
    {
        var rows = _rows.Of(pieces.Table);
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
        // Once a trace, then copied: reading the id of each row from its batch again would be a random access a span.
        var bytes = Bytes(_count * TraceId.Size);
        var order = _rows.Order;
        for (var trace = _rows.FirstTrace; trace < _rows.EndTrace; trace++)
        {
            var from = order.TraceStarts[trace] - _rows.First;
            var to = order.TraceStarts[trace + 1] - _rows.First;
            order.TraceIdAt(_rows.First + from).Write(bytes[(from * TraceId.Size)..]);
            var id = bytes.Slice(from * TraceId.Size, TraceId.Size);
            for (var i = from + 1; i < to; i++) id.CopyTo(bytes[(i * TraceId.Size)..]);
        }

        file.WriteFixed(bytes);
        index.AddCount(column, _count);
    }

    // The parent of a root is null in the file: zero ids would look like a span to other tools.
    private void WriteSpanIds(BlockColumn column, ColumnPieces pieces)
    {
        var ids = _gather.Longs(pieces, _rows.Spans).Values;
        var bytes = Bytes(_count * 8);
        if (_present.Length < _count) _present = new int[_count];
        var mayBeAbsent = column.Fixed!.Column == SpanColumn.ParentSpanId;
        var present = 0;
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] == 0 && mayBeAbsent) continue;
            BinaryPrimitives.WriteInt64BigEndian(bytes[(present * 8)..], ids[i]);
            _present[present++] = i;
        }

        index.AddCount(column, present);
        if (present == _count) file.WriteFixed(bytes);
        else if (present == 0) file.WriteNulls();
        else file.WriteFixed(bytes[..(present * 8)], PresentRows.At(_present.AsSpan(0, present)));
    }

    private void WriteNames(BlockColumn column, ColumnPieces pieces)
    {
        _names = new StringDictionary(256);
        var codes = _gather.Codes(pieces, _rows.Spans, _names);
        _nameCodes = codes.Values.ToArray();
        var view = _names.View;
        var entries = new ByteStrings(view.Pool, view.Offsets);
        file.WriteCodes(_nameCodes, entries);
        AddToIndex(column, _count, entries);
    }

    private void WriteRootServices(BlockColumn column, ColumnPieces? pieces)
    {
        var services = new StringDictionary();
        if (pieces is null)
        {
            WriteRootStrings(column, _ => -1, services);
        }
        else if (_rows.Of(pieces.Table) is SpreadRows resources)
        {
            var slots = _gather.SlotCodes(pieces, resources, services);
            WriteRootStrings(column, row => resources.SlotOf(row) is var slot && slots.Has(slot) ? slots[slot] : -1, services);
        }
        else
        {
            var codes = _gather.Codes(pieces, _rows.Spans, services);
            WriteRootStrings(column, row => codes.IsFull || codes.Has(row) ? codes[row] : -1, services);
        }
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

    private Span<byte> Bytes(int count)
    {
        if (_bytes.Length < count) _bytes = new byte[count];
        return _bytes.AsSpan(0, count);
    }
}
