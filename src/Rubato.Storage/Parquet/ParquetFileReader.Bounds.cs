using System.IO.Hashing;
using Rubato.Model.Scanning;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet;

internal sealed partial class ParquetFileReader
{
    private readonly ulong[] _columnIndexChecksums;

    /// <summary>
    /// The rows whose pages may hold a number that passes; null when nothing rules a page out, or nothing is known (texts, files without the checksum
    /// of their column indexes).
    /// </summary>
    public async ValueTask<RowRanges?> FindRangesAsync(int rowGroup, int column, IRangeTest test, IPageCache? cache, CancellationToken cancellationToken)
    {
        if (_columnIndexChecksums.Length == 0 || !PageBounds.AreFor(Schema[column]) || Chunk(rowGroup, column).ColumnIndexLength == 0)
            return null;
        PageBounds?[] all = cache?.Bounds(rowGroup) ?? await ReadBoundsAsync(rowGroup, cache, cancellationToken);
        if (all[column] is not { } bounds || await GetPlacesAsync(rowGroup, column, cancellationToken) is not { } places)
            return null;
        if (bounds.Count != places.Count)
            throw DamagedIndexes(rowGroup, $"column '{Schema[column].Path}' has bounds of {bounds.Count} pages and {places.Count} pages");

        int rowCount = RowGroups[rowGroup].RowCount;
        var ranges = new RowRanges.Builder();
        bool isAll = true;
        for (int page = 0; page < bounds.Count; page++)
        {
            if (bounds.MayHold(page, test))
                ranges.Add(places.FirstRow(page), places.EndRow(page, rowCount));
            else
                isAll = false;
        }
        return isAll ? null : ranges.ToRanges();
    }

    /// <summary>The column indexes of a row group lie side by side, in the order of the columns, and are read and checked together.</summary>
    private async ValueTask<PageBounds?[]> ReadBoundsAsync(int rowGroup, IPageCache? cache, CancellationToken cancellationToken)
    {
        (long start, int length) = ColumnIndexRange(rowGroup);
        var bytes = new byte[length];
        await _source.ReadAsync(start, bytes, cancellationToken);
        if (XxHash3.HashToUInt64(bytes) != _columnIndexChecksums[rowGroup])
            throw DamagedIndexes(rowGroup, "the checksum of its column indexes does not match");
        var all = new PageBounds?[Schema.Count];
        long size = 8L * all.Length;
        for (int column = 0; column < all.Length; column++)
        {
            ref readonly ParquetColumnChunk chunk = ref RowGroups[rowGroup].Columns[column];
            if (chunk.ColumnIndexLength == 0 || !PageBounds.AreFor(Schema[column]))
                continue;
            PageBounds read = PageBounds.Read(bytes.AsSpan((int)(chunk.ColumnIndexOffset - start), chunk.ColumnIndexLength), Schema[column]);
            size += read.SizeBytes;
            all[column] = read;
        }
        cache?.Add(all, size, rowGroup);
        return all;
    }

    /// <summary>A footer that is damaged here would show one column the bounds of another: no gap, no overlap.</summary>
    private (long Start, int Length) ColumnIndexRange(int rowGroup)
    {
        long start = -1, end = -1;
        foreach (ref readonly ParquetColumnChunk chunk in RowGroups[rowGroup].Columns.AsSpan())
        {
            if (chunk.ColumnIndexLength == 0)
                continue;
            if (start < 0)
                start = end = chunk.ColumnIndexOffset;
            if (chunk.ColumnIndexOffset != end || end + chunk.ColumnIndexLength - start > _options.MaxFooterBytes)
                throw DamagedIndexes(rowGroup, "its column indexes do not follow each other");
            end += chunk.ColumnIndexLength;
        }
        return (start, (int)(end - start));
    }

    private static ParquetFormatException DamagedIndexes(int rowGroup, string what) => new($"Parquet row group {rowGroup}: {what}. The file is damaged.");
}
