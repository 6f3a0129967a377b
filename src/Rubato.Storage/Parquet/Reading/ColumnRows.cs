using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>Which pages of a column hold the wanted rows.</summary>
internal readonly struct ColumnRows
{
    private readonly List<PageRows> _pages;
    private readonly int _dictionary; // Number in the fetch, -1 without one.

    private ColumnRows(List<PageRows> pages, int dictionary) => (_pages, _dictionary) = (pages, dictionary);

    /// <param name="Number">The page's number in the fetch.</param>
    /// <param name="FirstRow">The page's first row.</param>
    /// <param name="First">Place of the first wanted row that it holds.</param>
    /// <param name="End">Place after the last.</param>
    private readonly record struct PageRows(int Number, int FirstRow, int First, int End);

    public static ColumnRows Plan(
        PageFetch fetch, ParquetField field, in ParquetColumnChunk chunk, int column, PagePlaces places, ReadOnlySpan<int> rows)
    {
        List<PageRows> pages = [];
        // Children without a value are children all the same: only a flat column of nulls is known without reading it.
        bool isNothing = chunk.IsAllNull && !field.IsRepeated;
        for (int first = 0; first < rows.Length && !isNothing;)
        {
            int page = places.PageOf(rows[first]);
            int end = first + 1;
            int endRow = page + 1 < places.Count ? places.FirstRow(page + 1) : int.MaxValue;
            while (end < rows.Length && rows[end] < endRow)
                end++;
            pages.Add(new PageRows(fetch.Add(column, places, page), places.FirstRow(page), first, end));
            first = end;
        }
        return new ColumnRows(pages, chunk.HasDictionary && pages.Count > 0 ? fetch.AddDictionary(column) : -1);
    }

    public PickedColumn Pick(PageFetch fetch, ParquetField field, ReadOnlySpan<int> rows, Dictionary<string, List<int>> ownersByGroup)
    {
        var picker = new RowPicker(field, _dictionary < 0 ? null : fetch.Dictionary(_dictionary), rows.Length);
        List<int>? owners = null;
        if (field.Group is { } group)
        {
            // All columns of a group have the same children: the first one read tells whose they are.
            owners = [];
            ownersByGroup.TryAdd(group, owners);
        }
        // Where the rows have no child, the group's other columns have nothing to say.
        bool isKnownEmpty = owners is not null && ownersByGroup[field.Group!] is { Count: 0 } first && first != owners;
        foreach (PageRows part in _pages)
        {
            if (isKnownEmpty)
                break;
            using var inPage = new PooledArray<int>(part.End - part.First);
            Span<int> relative = inPage.Span;
            for (int i = 0; i < relative.Length; i++)
                relative[i] = rows[part.First + i] - part.FirstRow;
            if (owners is null)
                picker.Add(fetch.Page(part.Number), relative, part.First);
            else
                picker.AddChildren(fetch.Page(part.Number), relative, part.First, owners);
        }
        PickedColumn picked = picker.Finish();
        if (owners is not null && !ownersByGroup[field.Group!].SequenceEqual(owners))
            throw new ParquetFormatException($"Parquet column '{field.Path}': its rows have other children than the columns beside it.") { Column = field.Path };
        return picked;
    }
}
