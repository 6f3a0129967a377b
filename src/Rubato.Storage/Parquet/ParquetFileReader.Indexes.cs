using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet;

internal sealed partial class ParquetFileReader
{
    /// <summary>Offset indexes of a row group that lie closer together than this are read at once: our writer puts them side by side.</summary>
    private const int MaxIndexRead = 4 << 20;

    /// <summary>
    /// Filled when first asked for. Two threads may both read the same index; one result wins and the other is garbage, which is cheaper than
    /// a lock that every trace lookup would take.
    /// </summary>
    private readonly IndexBytes?[] _indexBytes;
    private readonly PagePlaces?[][] _places;

    private sealed record IndexBytes(long Offset, byte[] Bytes);

    private bool TryGetPlaces(int rowGroup, int column, out PagePlaces? places)
    {
        places = Volatile.Read(ref _places[rowGroup][column]);
        return places is not null || RowGroups[rowGroup].Columns[column].OffsetIndexLength == 0;
    }

    private PagePlaces? GetPlaces(int rowGroup, int column)
    {
        if (TryGetPlaces(rowGroup, column, out PagePlaces? places))
            return places;
        IndexBytes? index = Volatile.Read(ref _indexBytes[rowGroup]);
        if (index is null)
        {
            (long offset, int length) = IndexRange(rowGroup, column);
            index = new IndexBytes(offset, new byte[length]);
            _source.Read(offset, index.Bytes);
        }
        return Keep(rowGroup, column, index);
    }

    private async ValueTask<PagePlaces?> GetPlacesAsync(int rowGroup, int column, CancellationToken cancellationToken)
    {
        if (TryGetPlaces(rowGroup, column, out PagePlaces? places))
            return places;
        IndexBytes? index = Volatile.Read(ref _indexBytes[rowGroup]);
        if (index is null)
        {
            (long offset, int length) = IndexRange(rowGroup, column);
            index = new IndexBytes(offset, new byte[length]);
            await _source.ReadAsync(offset, index.Bytes, cancellationToken);
        }
        return Keep(rowGroup, column, index);
    }

    private (long Offset, int Length) IndexRange(int rowGroup, int column)
    {
        long start = long.MaxValue, end = 0;
        foreach (ParquetColumnChunk chunk in RowGroups[rowGroup].Columns)
        {
            if (chunk.OffsetIndexLength == 0)
                continue;
            start = Math.Min(start, chunk.OffsetIndexOffset);
            end = Math.Max(end, chunk.OffsetIndexOffset + chunk.OffsetIndexLength);
        }
        ParquetColumnChunk own = RowGroups[rowGroup].Columns[column];
        return end - start <= MaxIndexRead ? (start, (int)(end - start)) : (own.OffsetIndexOffset, own.OffsetIndexLength);
    }

    private PagePlaces Keep(int rowGroup, int column, IndexBytes index)
    {
        ParquetRowGroup group = RowGroups[rowGroup];
        ParquetColumnChunk chunk = group.Columns[column];
        long at = chunk.OffsetIndexOffset - index.Offset;
        if (index.Bytes.Length > chunk.OffsetIndexLength)
            Volatile.Write(ref _indexBytes[rowGroup], index);
        try
        {
            PagePlaces places = PagePlaces.Read(index.Bytes.AsSpan((int)at, chunk.OffsetIndexLength), chunk, group.RowCount);
            Volatile.Write(ref _places[rowGroup][column], places);
            return places;
        }
        catch (ParquetFormatException e)
        {
            throw new ParquetFormatException($"Parquet column '{Schema[column].Path}', row group {rowGroup}: {e.Message}", e)
            {
                Column = Schema[column].Path,
                Offset = chunk.OffsetIndexOffset,
            };
        }
    }
}
