using Rubato.Model.Scanning;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Reading;

namespace Rubato.Storage.Parquet;

internal sealed partial class ParquetFileReader
{
    /// <summary>
    /// Shows the strings of a column without a dictionary that contain <paramref name="needle"/> (or all) to <paramref name="sink"/>, page after
    /// page, without copying them. Returns the stored bytes of the column, or null where the column has no such form: nothing was shown then.
    /// </summary>
    public async ValueTask<long?> FindTextsAsync(
        int rowGroup, int column, ReadOnlyMemory<byte> needle, ITextSink sink, IPageCache? cache, CancellationToken cancellationToken)
    {
        ParquetField field = Schema[column];
        ParquetColumnChunk chunk = Chunk(rowGroup, column);
        if (field.Type != ParquetType.ByteArray || field.IsRepeated || chunk.HasDictionary)
            return null;
        if (chunk.IsAllNull)
            return 0;

        PagePlaces places = await GetOrFindPlacesAsync(rowGroup, column, cancellationToken);
        int windowBytes = _source.CanReadSynchronously ? _options.LocalWindowBytes : _options.MaxJoinedBytes;
        for (int page = 0; page < places.Count;)
        {
            if (cache?.Page(rowGroup, column, page) is { } known)
            {
                TextSearch.Run(known, field, places.FirstRow(page), needle.Span, sink);
                page++;
                continue;
            }

            int end = page + 1;
            while (end < places.Count && places.Range(page, end).Length <= windowBytes && cache?.Page(rowGroup, column, end) is null)
                end++;
            (long offset, int length) = places.Range(page, end - 1);
            using PooledArray<byte> bytes = await FetchAsync(offset, length, cancellationToken);
            for (; page < end; page++)
                Search(page, bytes.Span, offset);
        }
        return chunk.Length;

        void Search(int page, ReadOnlySpan<byte> window, long windowOffset)
        {
            (long offset, int length) = places.Range(page, page);
            int firstRow = places.FirstRow(page);
            ReadOnlySpan<byte> stored = window.Slice((int)(offset - windowOffset), length);
            try
            {
                using var parsed = ParquetPage.ReadPooled(stored, offset, places.EndRow(page, RowGroups[rowGroup].RowCount) - firstRow, field, chunk, _options);
                TextSearch.Run(parsed, field, firstRow, needle.Span, sink);
                if (cache is not null && cache.HasRoom(parsed.SizeBytes))
                    cache.Add(parsed.Copy(), rowGroup, column, page, isScan: true);
            }
            catch (ParquetFormatException e)
            {
                throw e.In(rowGroup);
            }
        }
    }
}
