using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet;

internal sealed partial class ParquetFileReader
{
    /// <summary>Offset indexes of a row group that lie closer together than this are read at once: our writer puts them side by side.</summary>
    private const int MaxIndexRead = 4 << 20;

    /// <summary>
    /// By row group and column, filled when first asked for; the bytes they come from are not kept. Two threads may both read the same index;
    /// one result wins and the other is garbage, which is cheaper than a lock that every trace lookup would take.
    /// </summary>
    private readonly PagePlaces?[]?[] _places;

    private bool TryGetPlaces(int rowGroup, int column, out PagePlaces? places)
    {
        places = Volatile.Read(ref _places[rowGroup])?[column];
        return places is not null || Chunk(rowGroup, column).OffsetIndexLength == 0;
    }

    private PagePlaces? GetPlaces(int rowGroup, int column)
    {
        if (TryGetPlaces(rowGroup, column, out PagePlaces? places))
            return places;
        (long offset, int length) = IndexRange(rowGroup, column);
        var bytes = new byte[length];
        _source.Read(offset, bytes);
        return ReadPlaces(rowGroup, column, offset, bytes);
    }

    private async ValueTask<PagePlaces?> GetPlacesAsync(int rowGroup, int column, CancellationToken cancellationToken)
    {
        if (TryGetPlaces(rowGroup, column, out PagePlaces? places))
            return places;
        (long offset, int length) = IndexRange(rowGroup, column);
        var bytes = new byte[length];
        await _source.ReadAsync(offset, bytes, cancellationToken);
        return ReadPlaces(rowGroup, column, offset, bytes);
    }

    /// <summary>Over a network: what the read of the footer brought along is another request that nobody has to wait for.</summary>
    private void TakePlaces(long offset, ReadOnlySpan<byte> bytes)
    {
        for (int g = 0; g < RowGroups.Count; g++)
        {
            (long start, int length) = IndexRange(g, 0);
            if (length > 0 && start >= offset && start + length <= offset + bytes.Length)
                ReadPlaces(g, wanted: -1, start, bytes.Slice((int)(start - offset), length));
        }
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
        ParquetColumnChunk own = Chunk(rowGroup, column);
        return end - start <= MaxIndexRead ? (start, (int)(end - start)) : (own.OffsetIndexOffset, own.OffsetIndexLength);
    }

    /// <summary>All columns whose index lies in the bytes, which is all of the row group's where our writer wrote it.</summary>
    private PagePlaces? ReadPlaces(int rowGroup, int wanted, long offset, ReadOnlySpan<byte> bytes)
    {
        ParquetRowGroup group = RowGroups[rowGroup];
        PagePlaces?[] all = Volatile.Read(ref _places[rowGroup]) ?? new PagePlaces?[Schema.Count];
        PagePlaces? before = null;
        for (int column = 0; column < all.Length; column++)
        {
            ParquetColumnChunk chunk = group.Columns[column];
            long at = chunk.OffsetIndexOffset - offset;
            if (chunk.OffsetIndexLength == 0 || at < 0 || at + chunk.OffsetIndexLength > bytes.Length)
                continue;
            try
            {
                PagePlaces places = PagePlaces.Read(bytes.Slice((int)at, chunk.OffsetIndexLength), chunk, group.RowCount, before);
                Volatile.Write(ref all[column], before = places);
            }
            catch (ParquetFormatException e) when (column == wanted)
            {
                throw new ParquetFormatException($"Parquet column '{Schema[column].Path}', row group {rowGroup}: {e.Message}", e)
                {
                    Column = Schema[column].Path,
                    Offset = chunk.OffsetIndexOffset,
                };
            }
            catch (ParquetFormatException)
            {
                // Said when that column is asked for.
            }
        }
        Volatile.Write(ref _places[rowGroup], all);
        return wanted < 0 ? null : all[wanted];
    }

    private void KeepPlaces(int rowGroup, int column, PagePlaces places)
    {
        PagePlaces?[] all = Volatile.Read(ref _places[rowGroup]) ?? new PagePlaces?[Schema.Count];
        Volatile.Write(ref all[column], places);
        Volatile.Write(ref _places[rowGroup], all);
    }
}
