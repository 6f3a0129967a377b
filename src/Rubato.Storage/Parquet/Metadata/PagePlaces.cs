using Rubato.Storage.Parquet.Thrift;

namespace Rubato.Storage.Parquet.Metadata;

/// <summary>OffsetIndex of parquet.thrift, checked: where each data page of a chunk lies and which row it begins with.</summary>
internal sealed class PagePlaces
{
    private readonly long[] _offsets;
    private readonly int[] _sizes;
    private readonly int[] _firstRows;

    private PagePlaces(int count) => (_offsets, _sizes, _firstRows) = (new long[count], new int[count], new int[count]);

    public int Count => _offsets.Length;

    public int FirstRow(int page) => _firstRows[page];

    public int PageOf(int row)
    {
        int found = Array.BinarySearch(_firstRows, row);
        return found >= 0 ? found : ~found - 1;
    }

    /// <summary>The bytes of pages <paramref name="first"/> to <paramref name="last"/>, both included.</summary>
    public (long Offset, int Length) Range(int first, int last) => (_offsets[first], checked((int)(_offsets[last] + _sizes[last] - _offsets[first])));

    public static PagePlaces Read(ReadOnlySpan<byte> source, ParquetColumnChunk chunk, int rowCount)
    {
        var thrift = new ThriftCompactReader(source, "offset index");
        PagePlaces? places = null;
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            if (id != 1)
            {
                thrift.Skip();
                continue;
            }
            int count = thrift.List(ThriftType.Struct);
            places = new PagePlaces(count);
            for (int i = 0; i < count; i++)
                places.ReadPage(ref thrift, i);
        }
        if (places is null || places.Count == 0)
            throw thrift.Fail("no pages");
        places.Check(ref thrift, chunk, rowCount);
        return places;
    }

    private void ReadPage(ref ThriftCompactReader thrift, int i)
    {
        thrift.Enter();
        while (thrift.Next(out short id))
        {
            switch (id)
            {
                case 1: _offsets[i] = thrift.Int64(); break;
                case 2: _sizes[i] = thrift.Int32(); break;
                case 3:
                    long row = thrift.Int64();
                    _firstRows[i] = row is >= 0 and <= int.MaxValue ? (int)row : throw thrift.Fail($"first row {row}");
                    break;
                default: thrift.Skip(); break;
            }
        }
    }

    private void Check(ref ThriftCompactReader thrift, ParquetColumnChunk chunk, int rowCount)
    {
        long end = chunk.DataOffset;
        for (int i = 0; i < Count; i++)
        {
            bool rowsAscend = i == 0 ? _firstRows[0] == 0 : _firstRows[i] > _firstRows[i - 1];
            if (!rowsAscend || _firstRows[i] >= rowCount || _offsets[i] != end || _sizes[i] <= 0)
                throw thrift.Fail($"page {i} at offset {_offsets[i]} with row {_firstRows[i]} does not follow the page before it");
            end = _offsets[i] + _sizes[i];
        }
        if (end != chunk.Offset + chunk.Length)
            throw thrift.Fail($"the pages end at {end}, the chunk at {chunk.Offset + chunk.Length}");
    }
}
