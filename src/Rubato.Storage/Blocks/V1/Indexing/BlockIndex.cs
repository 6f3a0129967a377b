using System.Buffers.Binary;
using System.IO.Hashing;
using Rubato.Model.Columns;
using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.Storage.Blocks.V1.Schema;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>
/// index.bin in memory: a few large arrays that are searched in place, no object for a trace or a value. Immutable.
/// </summary>
internal sealed class BlockIndex
{
    /// <summary>512 columns with 64 KB of dictionary in each of 8 row groups: far more than a block has.</summary>
    private const int MaxBodyBytes = 256 << 20;

    private readonly byte[] _blobs;
    private readonly int[] _firstRows; // one more than traces

    private BlockIndex(BlockSchema schema, IndexRowGroup[] rowGroups, BloomFilterPlace[] filters, int[] firstRows, byte[] blobs)
    {
        Schema = schema;
        RowGroups = rowGroups;
        Filters = filters;
        _firstRows = firstRows;
        _blobs = blobs;
    }

    public BlockSchema Schema { get; }

    public IReadOnlyList<IndexRowGroup> RowGroups { get; }

    /// <summary>The Bloom filters in data.parquet, those of a row group side by side.</summary>
    public IReadOnlyList<BloomFilterPlace> Filters { get; }

    public int TraceCount => _firstRows.Length - 1;

    public int SpanCount => _firstRows[^1];

    /// <summary>For the cache's budget.</summary>
    public long MemoryBytes =>
        _blobs.Length + (4L * _firstRows.Length) + (24L * Filters.Count) + (RowGroups.Count * Schema.Columns.Count * 24L) + (Schema.Columns.Count * 400L);

    /// <summary>Whether these are an index's bytes as they were written; says nothing about its version.</summary>
    public static bool IsSound(ReadOnlySpan<byte> file) => file.Length >= 16
        && BinaryPrimitives.ReadUInt32LittleEndian(file) == BlockIndexBuilder.Magic
        && XxHash3.HashToUInt64(file[..^8]) == BinaryPrimitives.ReadUInt64LittleEndian(file[^8..]);

    /// <param name="file">All of index.bin.</param>
    /// <param name="traces">Its trace ids: an object of their own, as they are asked for where the rest is not.</param>
    /// <exception cref="InvalidDataException">The bytes are no undamaged index of a known version.</exception>
    public static BlockIndex Parse(ReadOnlySpan<byte> file, out TraceTable traces)
    {
        if (file.Length < 16) throw new InvalidDataException($"the index has only {file.Length} bytes");
        var body = file[..^8];
        if (BinaryPrimitives.ReadUInt32LittleEndian(body) != BlockIndexBuilder.Magic) throw new InvalidDataException("the file is not an index");
        if (XxHash3.HashToUInt64(body) != BinaryPrimitives.ReadUInt64LittleEndian(file[^8..])) throw new InvalidDataException("the index has a wrong checksum");
        var version = BinaryPrimitives.ReadUInt32LittleEndian(body[4..]);
        if (version != BlockIndexBuilder.Version) throw new InvalidDataException($"index version {version} is not known (known: {BlockIndexBuilder.Version})");

        var outer = new IndexReader(body[8..]);
        var reader = new IndexReader(Unpack(ref outer));
        var schema = ReadSchema(ref reader);
        var filters = new List<BloomFilterPlace>();
        var groups = ReadRowGroups(ref reader, schema.Columns.Count, filters);
        traces = TraceTable.Read(ref reader, ref outer, body.Length - outer.Remaining);
        var firstRows = new int[traces.Count + 1];
        for (var i = 0; i < traces.Count; i++) firstRows[i + 1] = checked(firstRows[i] + reader.Count());
        var blobs = reader.Bytes(reader.Count()).ToArray();
        Check(groups, firstRows, blobs);
        return new BlockIndex(schema, groups, [.. filters], firstRows, blobs);
    }

    /// <summary>First row of a trace, in the block; the next trace's is its end.</summary>
    public int FirstRowOf(int trace) => _firstRows[trace];

    /// <summary>Trace ids of some rows of a row group, spread from one for each of its traces.</summary>
    public TraceIdVector TraceIds(IndexRowGroup group, TraceIdVector ofTraces, int firstRow, int count)
    {
        var high = new ulong[count];
        var low = new ulong[count];
        firstRow += group.FirstRow;
        var trace = _firstRows.AsSpan().BinarySearch(firstRow);
        if (trace < 0) trace = ~trace - 1;
        for (var i = 0; i < count;)
        {
            while (_firstRows[trace + 1] <= firstRow + i) trace++;
            var n = Math.Min(count - i, _firstRows[trace + 1] - firstRow - i);
            var id = ofTraces[trace - group.FirstTrace];
            high.AsSpan(i, n).Fill(id.High);
            low.AsSpan(i, n).Fill(id.Low);
            i += n;
        }

        return new TraceIdVector(count, high, low);
    }

    /// <summary>The distinct values of a string column in a row group, or null when the index has only a filter.</summary>
    public DictionaryView? Dictionary(in ColumnStatistics column)
    {
        if (column.Kind != StatisticsKind.Dictionary) return null;
        var (count, ends, bytes) = DictionaryAt(column);
        var offsets = new int[count + 1];
        for (var i = 0; i < count; i++) offsets[i + 1] = Math.Max(offsets[i], EndOf(ends, bytes, i));
        return new DictionaryView(bytes.ToArray(), offsets, count);
    }

    /// <summary>What the index itself knows; where it names a filter (<see cref="FilterOf"/>), that knows more.</summary>
    public bool MayContain(in ColumnStatistics column, ReadOnlySpan<byte> value)
    {
        if (column.Count == 0) return false;
        if (column.Kind != StatisticsKind.Dictionary) return true;
        var (count, ends, bytes) = DictionaryAt(column);
        var from = 0;
        var to = count - 1;
        while (from <= to)
        {
            var middle = (from + to) >> 1;
            var end = EndOf(ends, bytes, middle);
            var start = middle == 0 ? 0 : Math.Min(end, EndOf(ends, bytes, middle - 1));
            var c = bytes[start..end].SequenceCompareTo(value);
            if (c == 0) return true;
            if (c < 0) from = middle + 1;
            else to = middle - 1;
        }

        return false;
    }

    /// <summary>Where the Bloom filter of a column lies in data.parquet, or null.</summary>
    public BloomFilterPlace? FilterOf(in ColumnStatistics column) => column.Kind == StatisticsKind.Bloom ? Filters[column.Filter] : null;

    private ReadOnlySpan<byte> Blob(in ColumnStatistics column) => _blobs.AsSpan(column.BlobOffset, column.BlobLength);

    private DictionaryBlob DictionaryAt(in ColumnStatistics column)
    {
        var blob = Blob(column);
        var count = (int)BinaryPrimitives.ReadUInt32LittleEndian(blob);
        return new DictionaryBlob(count, blob.Slice(4, count * 4), blob[(4 + (count * 4))..]);
    }

    // Clamped, not checked: looking at every entry of every dictionary would double the time to open a block.
    private static int EndOf(ReadOnlySpan<byte> ends, ReadOnlySpan<byte> bytes, int i) =>
        (int)Math.Min(BinaryPrimitives.ReadUInt32LittleEndian(ends[(i * 4)..]), (uint)bytes.Length);

    private static BlockSchema ReadSchema(ref IndexReader reader)
    {
        var columns = new List<BlockColumn>();
        var count = reader.Count(minBytesEach: 2);
        for (var i = 0; i < count; i++)
        {
            switch (reader.Byte())
            {
                case 0:
                    var number = (SpanColumn)reader.Byte();
                    var known = FixedColumn.OfSpans.Concat(FixedColumn.OfEvents).Concat(FixedColumn.OfLinks).FirstOrDefault(c => c.Column == number)
                        ?? throw new InvalidDataException($"fixed column {(int)number} is not known");
                    columns.Add(new BlockColumn { Ordinal = i, Field = known.Field, Fixed = known });
                    break;
                case 1:
                    var overflowOwner = (AttributeOwner)reader.Byte();
                    if (overflowOwner > AttributeOwner.Link) throw new InvalidDataException("an overflow column has an unknown owner");
                    columns.Add(BlockSchema.OverflowColumn(i, reader.Text(), overflowOwner));
                    break;
                case 2:
                    var owner = (AttributeOwner)reader.Byte();
                    var type = (ColumnType)reader.Byte();
                    if (owner > AttributeOwner.Link || type > ColumnType.Any) throw new InvalidDataException("an attribute has an unknown owner or type");
                    var key = reader.Text();
                    columns.Add(BlockSchema.AttributeColumn(i, reader.Text(), new AttributeKey(owner, key, type)));
                    break;
                default:
                    throw new InvalidDataException("a column is of an unknown kind");
            }
        }

        return BlockSchema.Of(columns);
    }

    private static IndexRowGroup[] ReadRowGroups(ref IndexReader reader, int columnCount, List<BloomFilterPlace> filters)
    {
        var groups = new IndexRowGroup[reader.Count(minBytesEach: 28 + (2 * columnCount))];
        var firstRow = 0;
        var firstTrace = 0;
        for (var g = 0; g < groups.Length; g++)
        {
            var spans = reader.Count();
            var events = reader.Count();
            var links = reader.Count();
            var traces = reader.Count();
            var range = new TimeRange(reader.Fixed64(), reader.Fixed64());
            var maxTraceStart = reader.Fixed64();
            var columns = new ColumnStatistics[columnCount];
            for (var c = 0; c < columnCount; c++)
            {
                var kind = (StatisticsKind)reader.Byte();
                var count = reader.Count();
                columns[c] = kind switch
                {
                    StatisticsKind.None => new ColumnStatistics(kind, count, 0, 0),
                    StatisticsKind.Int64Bounds or StatisticsKind.DoubleBounds => new ColumnStatistics(kind, count, (long)reader.Fixed64(), (long)reader.Fixed64()),
                    StatisticsKind.Dictionary => new ColumnStatistics(kind, count, reader.Count(), reader.Count()),
                    StatisticsKind.Bloom => new ColumnStatistics(kind, count, AddFilter(ref reader, filters), 0),
                    _ => throw new InvalidDataException("a column has unknown statistics"),
                };
            }

            groups[g] = new IndexRowGroup
            {
                FirstRow = firstRow,
                SpanCount = spans,
                EventCount = events,
                LinkCount = links,
                FirstTrace = firstTrace,
                TraceCount = traces,
                TimeRange = range,
                MaxTraceStartUnixNano = maxTraceStart,
                Columns = columns,
            };
            firstRow = checked(firstRow + spans);
            firstTrace = checked(firstTrace + traces);
        }

        return groups;
    }

    private static int AddFilter(ref IndexReader reader, List<BloomFilterPlace> filters)
    {
        var offset = reader.Varint();
        if (offset > long.MaxValue) throw new InvalidDataException($"a Bloom filter at {offset}");
        filters.Add(new BloomFilterPlace((long)offset, reader.Count(), reader.Fixed64()));
        return filters.Count - 1;
    }

    private static byte[] Unpack(ref IndexReader outer)
    {
        var length = outer.Count();
        var packed = outer.Bytes(outer.Count());
        if (length > MaxBodyBytes) throw new InvalidDataException($"an index of {length} bytes");
        Parquet.Reading.Decompression.CheckSize(packed, length); // A few bytes must not cost memory.
        var body = new byte[length];
        try
        {
            using var zstd = new ZstdSharp.Decompressor();
            return zstd.Unwrap(packed, body) == length ? body : throw new InvalidDataException("the index is shorter than it says");
        }
        catch (ZstdSharp.ZstdException e)
        {
            throw new InvalidDataException("the index cannot be decompressed", e);
        }
    }

    // The checksum says that the bytes are those that were written; this says that they fit together.
    private static void Check(IndexRowGroup[] groups, int[] firstRows, byte[] blobs)
    {
        var traces = 0;
        foreach (var group in groups)
        {
            if (group.FirstTrace + group.TraceCount >= firstRows.Length || firstRows[group.FirstTrace] != group.FirstRow)
                throw new InvalidDataException("row groups and trace table do not fit together");
            traces += group.TraceCount;
            foreach (var column in group.Columns)
            {
                if (column.Kind != StatisticsKind.Dictionary) continue;
                if (column.BlobOffset + (long)column.BlobLength > blobs.Length) throw new InvalidDataException("a dictionary lies outside the file");
                if (!HoldsItsEntries(blobs.AsSpan(column.BlobOffset, column.BlobLength)))
                    throw new InvalidDataException("a dictionary has more entries than bytes");
            }
        }

        var spans = groups.Length == 0 ? 0 : groups[^1].FirstRow + groups[^1].SpanCount;
        if (traces != firstRows.Length - 1 || spans != firstRows[^1]) throw new InvalidDataException("row groups and trace table do not fit together");
    }

    private static bool HoldsItsEntries(ReadOnlySpan<byte> dictionary) =>
        dictionary.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(dictionary) <= (dictionary.Length - 4) / 4;

    private readonly ref struct DictionaryBlob(int count, ReadOnlySpan<byte> ends, ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _ends = ends;
        private readonly ReadOnlySpan<byte> _bytes = bytes;

        public void Deconstruct(out int entries, out ReadOnlySpan<byte> endOffsets, out ReadOnlySpan<byte> pool)
        {
            entries = count;
            endOffsets = _ends;
            pool = _bytes;
        }
    }
}
