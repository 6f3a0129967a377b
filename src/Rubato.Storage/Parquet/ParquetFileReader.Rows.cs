using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Reading;

namespace Rubato.Storage.Parquet;

internal sealed partial class ParquetFileReader
{
    /// <summary>
    /// A few rows of many columns: one plan for all their pages and dictionaries, one round of requests, and only those rows decoded. Of repeated
    /// columns all children of the rows.
    /// </summary>
    /// <param name="rowGroup">The row group.</param>
    /// <param name="columns">Its columns, as many as the step needs.</param>
    /// <param name="rows">Ascending rows of the row group.</param>
    /// <param name="cache">Pages and dictionaries that are known, and where new ones go.</param>
    /// <param name="cancellationToken">Ends the wait for the source.</param>
    /// <param name="isScan">Whether pages are read in passing, on the way through a whole block: then they push nothing out of the cache.</param>
    public async ValueTask<PickedRows> ReadRowsAsync(
        int rowGroup, IReadOnlyList<int> columns, ReadOnlyMemory<int> rows, IPageCache? cache, CancellationToken cancellationToken, bool isScan = false)
    {
        CheckAscending(rowGroup, rows.Span);
        using var fetch = new PageFetch(_source, _options, Schema, RowGroups[rowGroup], rowGroup, cache) { IsScan = isScan };
        var plans = new ColumnRows[columns.Count];
        for (int i = 0; i < plans.Length; i++)
        {
            PagePlaces places = await GetOrFindPlacesAsync(rowGroup, columns[i], cancellationToken);
            plans[i] = ColumnRows.Plan(fetch, Schema[columns[i]], Chunk(rowGroup, columns[i]), columns[i], places, rows.Span);
        }

        await fetch.RunAsync(cancellationToken);
        var owners = new Dictionary<string, List<int>>();
        var picked = new PickedColumn[plans.Length];
        for (int i = 0; i < picked.Length; i++)
        {
            try
            {
                picked[i] = plans[i].Pick(fetch, Schema[columns[i]], rows.Span, owners);
            }
            catch (ParquetFormatException e)
            {
                throw e.In(rowGroup);
            }
        }
        return new PickedRows(picked, owners, fetch.Bytes);
    }

    private void CheckAscending(int rowGroup, ReadOnlySpan<int> rows)
    {
        int last = -1;
        foreach (int row in rows)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(row, last, nameof(rows));
            last = row;
        }
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(last, RowGroups[rowGroup].RowCount, nameof(rows));
    }

    /// <summary>Files of other writers may lack an offset index: then the headers of all pages of the chunk are read, once.</summary>
    private async ValueTask<PagePlaces> GetOrFindPlacesAsync(int rowGroup, int column, CancellationToken cancellationToken)
    {
        if (await GetPlacesAsync(rowGroup, column, cancellationToken) is { } known)
            return known;
        ParquetColumnChunk chunk = Chunk(rowGroup, column);
        using PooledArray<byte> bytes = await FetchAsync(chunk.Offset, chunk.Length, cancellationToken);
        PagePlaces places = PagePlaces.Of(Pages(rowGroup, column, bytes, chunk.Offset), chunk, RowGroups[rowGroup].RowCount);
        KeepPlaces(rowGroup, column, places);
        return places;
    }
}
