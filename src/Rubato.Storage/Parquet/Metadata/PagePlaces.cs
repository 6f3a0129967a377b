using Rubato.Storage.Parquet.Reading;
using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>
/// OffsetIndex of parquet.thrift, checked: where each data page of a chunk lies and which row it begins with. Pages follow each other without
/// a gap, so their ends say all; columns that are cut at the same rows share the array of first rows. About 100 bytes a column of 16 pages.
/// </summary>
internal sealed class PagePlaces
{
    private readonly long _start;
    private readonly int[] _ends; // Relative to the start.
    private readonly int[] _firstRows;

    private PagePlaces(long start, int[] ends, int[] firstRows) => (_start, _ends, _firstRows) = (start, ends, firstRows);

    public int Count => _ends.Length;

    public int FirstRow(int page) => _firstRows[page];

    /// <summary>The row after a page's last.</summary>
    public int EndRow(int page, int rowCount) => page + 1 < Count ? _firstRows[page + 1] : rowCount;

    public int PageOf(int row)
    {
        int found = Array.BinarySearch(_firstRows, row);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>The bytes of pages <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public (long Offset, int Length) Range(int first, int last)
    {
        int start = first == 0 ? 0 : _ends[first - 1];
        return (_start + start, _ends[last] - start);
    }

    /// <param name="source">The offset index.</param>
    /// <param name="chunk">Its chunk.</param>
    /// <param name="rowCount">Rows of the row group.</param>
    /// <param name="alike">Places of another column of the row group, whose array of rows may do for this one too.</param>
    public static PagePlaces Read(ReadOnlySpan<byte> source, in ParquetColumnChunk chunk, int rowCount, PagePlaces? alike)
    {
        var thrift = new ThriftCompactReader(source, "offset index");
        int[] ends = [], firstRows = [];
        long end = chunk.DataOffset;
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            if (id != 1)
            {
                thrift.Skip();
                continue;
            }
            int count = thrift.List(ThriftType.Struct);
            (ends, firstRows, end) = (new int[count], new int[count], chunk.DataOffset);
            for (int i = 0; i < count; i++)
            {
                (long offset, int size, firstRows[i]) = ReadPage(ref thrift);
                bool rowsAscend = i == 0 ? firstRows[0] == 0 : firstRows[i] > firstRows[i - 1];
                if (!rowsAscend || firstRows[i] >= rowCount || offset != end || size <= 0)
                    throw thrift.Fail($"page {i} at offset {offset} with row {firstRows[i]} does not follow the page before it");
                end += size;
                if (end > chunk.Offset + chunk.Length)
                    throw thrift.Fail($"page {i} ends at {end}, the chunk at {chunk.Offset + chunk.Length}");
                ends[i] = (int)(end - chunk.DataOffset);
            }
        }
        if (ends.Length == 0)
            throw thrift.Fail("no pages");
        if (end != chunk.Offset + chunk.Length)
            throw thrift.Fail($"the pages end at {end}, the chunk at {chunk.Offset + chunk.Length}");
        if (alike is not null && alike._firstRows.AsSpan().SequenceEqual(firstRows))
            firstRows = alike._firstRows;
        return new PagePlaces(chunk.DataOffset, ends, firstRows);
    }

    /// <summary>Places found by walking the pages themselves, for files without an offset index.</summary>
    public static PagePlaces Of(in ChunkPages pages, in ParquetColumnChunk chunk, int rowCount)
    {
        var ends = new int[pages.Data.Count];
        var firstRows = new int[ends.Length];
        long rows = 0;
        int start = pages.Data.Count == 0 ? 0 : pages.Data[0].HeaderStart;
        for (int i = 0; i < ends.Length; i++)
        {
            ChunkPages.Page page = pages.Data[i];
            (firstRows[i], ends[i]) = ((int)rows, page.BodyStart + page.Header.StoredSize - start);
            rows += page.Header.RowCount;
            if (rows > rowCount)
                break;
        }
        if (rows != rowCount || ends.Length == 0)
            throw pages.DamagedChunk($"its pages hold {rows} rows, {rowCount} were expected");
        return new PagePlaces(chunk.Offset + start, ends, firstRows);
    }

    private static (long Offset, int Size, int FirstRow) ReadPage(ref ThriftCompactReader thrift)
    {
        long offset = -1;
        int size = 0, firstRow = 0;
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1: offset = thrift.Int64(); break;
                case 2: size = thrift.Int32(); break;
                case 3:
                    long row = thrift.Int64();
                    firstRow = row is >= 0 and <= int.MaxValue ? (int)row : throw thrift.Fail($"first row {row}");
                    break;
                default: thrift.Skip(); break;
            }
        }
        return (offset, size, firstRow);
    }
}
