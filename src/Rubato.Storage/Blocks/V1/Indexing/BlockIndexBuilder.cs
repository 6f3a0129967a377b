using System.IO.Hashing;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>
/// Collects index.bin: while a block is written, or column by column from a data.parquet
/// (<see cref="BlockIndexRebuilder"/>). Both give the same bytes. Holds the finished dictionaries and 17 bytes a trace; with a scratch folder
/// one byte a trace, and at the end, while the index is written, 8 more.
/// </summary>
/// <param name="schema">The block's columns.</param>
/// <param name="scratchFolder">Where trace ids wait for the end; null: in memory.</param>
internal sealed class BlockIndexBuilder(BlockSchema schema, string? scratchFolder = null) : IDisposable
{
    public const uint Magic = 0x58494252; // "RBIX"
    public const ushort Version = 1;

    // Fixed: a rebuilt index has the same bytes whatever the block's own level was.
    private const int CompressionLevel = 3;

    private readonly List<IndexRowGroup> _rowGroups = [];
    private readonly TraceIdSpool _traces = new(scratchFolder);
    private readonly IndexWriter _spanCounts = new();
    private readonly List<BloomFilterPlace> _filters = [];
    private readonly IndexWriter _blobs = new();
    private ColumnStatistics[] _columns = [];
    private int _blobBytes;
    private int _firstRow;
    private int _firstTrace;

    public int TraceCount => _traces.Count;

    public IReadOnlyList<IndexRowGroup> RowGroups => _rowGroups;

    public void BeginRowGroup() => _columns = new ColumnStatistics[schema.Columns.Count];

    /// <summary>Traces in ascending order.</summary>
    public void AddTrace(TraceId id, int spanCount)
    {
        _traces.Add(id);
        _spanCounts.Varint((ulong)spanCount);
    }

    /// <summary>A column of which only the count is kept.</summary>
    public void AddCount(BlockColumn column, int count) => _columns[column.Ordinal] = new ColumnStatistics(StatisticsKind.None, count, 0, 0);

    public void AddLongs(BlockColumn column, ReadOnlySpan<long> values)
    {
        if (values.IsEmpty) return;
        long min = long.MaxValue, max = long.MinValue;
        foreach (var value in values)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        _columns[column.Ordinal] = new ColumnStatistics(StatisticsKind.Int64Bounds, values.Length, min, max);
    }

    public void AddDoubles(BlockColumn column, ReadOnlySpan<double> values)
    {
        var min = double.PositiveInfinity;
        var max = double.NegativeInfinity;
        foreach (var value in values)
        {
            // Both comparisons are false for NaN, which has no place in an order.
            if (value < min) min = value;
            if (value > max) max = value;
        }

        var kind = min <= max ? StatisticsKind.DoubleBounds : StatisticsKind.None;
        _columns[column.Ordinal] = new ColumnStatistics(
            kind, values.Length, kind == StatisticsKind.None ? 0 : BitConverter.DoubleToInt64Bits(min), kind == StatisticsKind.None ? 0 : BitConverter.DoubleToInt64Bits(max));
    }

    /// <summary>All distinct values of a string column when they are few. True: they are many, and a Bloom filter of them should be in data.parquet.</summary>
    /// <param name="column">A string column.</param>
    /// <param name="count">Rows with a value.</param>
    /// <param name="values">The values, each at least once.</param>
    public bool AddStrings(BlockColumn column, int count, ByteStrings values)
    {
        if (count == 0) return false;
        AddCount(column, count);
        if (DistinctStrings.TryCollect(values) is not { } few) return column.Attribute is not null;
        var blob = new IndexWriter();
        var view = few.View;
        DistinctStrings.WriteSorted(blob, new ByteStrings(view.Pool, view.Offsets));
        AddBlob(column, count, blob.Written);
        return false;
    }

    /// <summary>Where the Bloom filter of a column lies in data.parquet: known when the row group's chunks are written.</summary>
    public void AddFilter(BlockColumn column, BloomFilterPlace place)
    {
        ref var statistics = ref _columns[column.Ordinal];
        if (statistics.Kind != StatisticsKind.None || statistics.Count == 0) return;
        statistics = new ColumnStatistics(StatisticsKind.Bloom, statistics.Count, _filters.Count, 0);
        _filters.Add(place);
    }

    public void EndRowGroup(int spanCount, int eventCount, int linkCount, TimeRange timeRange, ulong maxTraceStartUnixNano)
    {
        _rowGroups.Add(new IndexRowGroup
        {
            FirstRow = _firstRow,
            SpanCount = spanCount,
            EventCount = eventCount,
            LinkCount = linkCount,
            FirstTrace = _firstTrace,
            TraceCount = _traces.Count - _firstTrace,
            TimeRange = timeRange,
            MaxTraceStartUnixNano = maxTraceStartUnixNano,
            Columns = _columns,
        });
        _firstRow += spanCount;
        _firstTrace = _traces.Count;
    }

    /// <summary>The file.</summary>
    public byte[] Finish()
    {
        using var file = new MemoryStream();
        Finish(file);
        return file.ToArray();
    }

    /// <summary>Writes the file.</summary>
    /// <returns>Its length, and XXH3-64 of all of it.</returns>
    public (long Length, ulong Checksum) Finish(Stream output)
    {
        var body = new IndexWriter();
        var ids = new IndexWriter();
        WriteColumns(body);
        WriteRowGroups(body);
        TraceTable.Write(_traces, body, ids);
        body.Bytes(_spanCounts.Written);
        body.Varint((ulong)_blobBytes);
        body.Bytes(_blobs.Written);

        using var zstd = new ZstdSharp.Compressor(CompressionLevel);
        var packed = zstd.Wrap(body.Written);
        var head = new IndexWriter();
        head.Fixed32(Magic);
        head.Fixed32(Version);
        head.Varint((ulong)body.Written.Length);
        head.Varint((ulong)packed.Length);
        var hash = new XxHash3();
        var length = Write(head.Written, output, hash) + Write(packed, output, hash) + Write(ids.Written, output, hash);
        var tail = new IndexWriter();
        tail.Fixed64(hash.GetCurrentHashAsUInt64());
        return (length + Write(tail.Written, output, hash), hash.GetCurrentHashAsUInt64());
    }

    public void Dispose() => _traces.Dispose();

    private static long Write(ReadOnlySpan<byte> bytes, Stream output, XxHash3 hash)
    {
        output.Write(bytes);
        hash.Append(bytes);
        return bytes.Length;
    }

    private void WriteColumns(IndexWriter file)
    {
        file.Varint((ulong)schema.Columns.Count);
        foreach (var column in schema.Columns)
        {
            if (column.Fixed is { } known)
            {
                file.Byte(0);
                file.Byte((byte)known.Column);
            }
            else if (column.OverflowOf is { } owner)
            {
                file.Byte(1);
                file.Byte((byte)owner);
                file.Text(column.Field.Name);
            }
            else
            {
                var attribute = column.Attribute!.Value;
                file.Byte(2);
                file.Byte((byte)attribute.Owner);
                file.Byte((byte)attribute.Type);
                file.Text(attribute.Key);
                file.Text(column.Field.Name);
            }
        }
    }

    private void WriteRowGroups(IndexWriter file)
    {
        file.Varint((ulong)_rowGroups.Count);
        foreach (var group in _rowGroups)
        {
            file.Varint((ulong)group.SpanCount);
            file.Varint((ulong)group.EventCount);
            file.Varint((ulong)group.LinkCount);
            file.Varint((ulong)group.TraceCount);
            file.Fixed64(group.TimeRange.StartUnixNano);
            file.Fixed64(group.TimeRange.EndUnixNano);
            file.Fixed64(group.MaxTraceStartUnixNano);
            foreach (var column in group.Columns)
            {
                file.Byte((byte)column.Kind);
                file.Varint((ulong)column.Count);
                switch (column.Kind)
                {
                    case StatisticsKind.Int64Bounds or StatisticsKind.DoubleBounds:
                        file.Fixed64((ulong)column.Min);
                        file.Fixed64((ulong)column.Max);
                        break;
                    case StatisticsKind.Dictionary:
                        file.Varint((ulong)column.BlobOffset);
                        file.Varint((ulong)column.BlobLength);
                        break;
                    case StatisticsKind.Bloom:
                        var filter = _filters[column.Filter];
                        file.Varint((ulong)filter.Offset);
                        file.Varint((ulong)filter.Length);
                        file.Fixed64(filter.Checksum);
                        break;
                }
            }
        }
    }

    private void AddBlob(BlockColumn column, int count, ReadOnlySpan<byte> blob)
    {
        _columns[column.Ordinal] = new ColumnStatistics(StatisticsKind.Dictionary, count, _blobBytes, blob.Length);
        _blobs.Bytes(blob);
        _blobBytes = checked(_blobBytes + blob.Length);
    }
}
