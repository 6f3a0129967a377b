using Rubato.Model.Scanning;
using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>Pages to a <see cref="ParquetColumnVector"/>.</summary>
internal static class VectorDecoder
{
    /// <summary>Decodes all pages given and narrows the result to rows skip to skip + take.</summary>
    public static ParquetColumnVector Decode(in ChunkPages pages, ParquetDictionary? dictionary, int pageRows, int skip, int take)
    {
        ParquetField field = pages.Field;
        PageTotals totals = Count(pages, pageRows);
        using var scratch = new PooledArray<byte>(pages.ScratchBytes);
        if (totals.UsesDictionary)
            dictionary ??= DictionaryDecoder.Decode(pages, scratch.Span);

        var vector = new ParquetColumnVector(field);
        try
        {
            var levels = new LevelDecoder(field, RentRows(field, vector, totals, isPart: false), default, skip, take);
            var values = new ValueDecoder(field, vector, totals.UsesDictionary ? dictionary : null, totals);
            foreach (ChunkPages.Page page in pages.Data)
            {
                try
                {
                    PageView view = pages.View(page, scratch.Span);
                    levels.Read(view);
                    values.Read(view);
                }
                catch (ParquetFormatException e) when (e.Column is null)
                {
                    throw pages.Damaged(page, e.Message, e);
                }
            }

            if (field.IsRepeated)
                vector.SetRange(levels.ChildCount, (int)totals.Present, levels.FirstChild, levels.EndChild - levels.FirstChild);
            else
                vector.SetRange(pageRows, (int)totals.Present, skip, take);
            return vector;
        }
        catch
        {
            vector.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Decodes pages of a row group into arrays that the vector owns. Pages that are left out (null, flat columns only) have no value in any of
    /// their rows.
    /// </summary>
    public static ParquetColumnVector Decode(
        ParquetField field, ReadOnlySpan<ParquetPage?> pages, PagePlaces places, ParquetDictionary? dictionary, int rowCount, ScanBuffers? buffers = null)
    {
        PageTotals totals = default;
        int expected = 0;
        for (int i = 0; i < pages.Length; i++)
        {
            if (pages[i] is not { } page)
                continue;
            totals.Add(field, page.RowCount, page.ValueCount, page.Present, page.Values.Length, page.Encoding);
            expected += places.EndRow(i, rowCount) - places.FirstRow(i);
        }
        long offset = places.Range(0, 0).Offset;
        Check(field, totals, expected, offset);
        if (totals.UsesDictionary && dictionary is null)
            throw ChunkPages.DamagedChunk(field, offset, "its dictionary is missing");

        var vector = new ParquetColumnVector(field, isPooled: false, buffers);
        var levels = new LevelDecoder(field, RentRows(field, vector, totals, isPart: expected < rowCount), default, 0, rowCount);
        var values = new ValueDecoder(field, vector, totals.UsesDictionary ? dictionary : null, totals);
        for (int i = 0; i < pages.Length; i++)
        {
            if (pages[i] is not { } page)
            {
                levels.Skip(places.EndRow(i, rowCount) - places.FirstRow(i));
                continue;
            }
            try
            {
                PageView view = page.View;
                levels.Read(view);
                values.Read(view);
            }
            catch (ParquetFormatException e) when (e.Column is null)
            {
                throw page.Damaged(field, e.Message, e);
            }
        }

        vector.SetRange(field.IsRepeated ? levels.ChildCount : rowCount, (int)totals.Present, 0, field.IsRepeated ? levels.ChildCount : rowCount);
        return vector;
    }

    public static int[] ChildCounts(in ChunkPages pages, int pageRows, int skip, int take)
    {
        Count(pages, pageRows);
        var counts = new int[pageRows];
        var levels = new LevelDecoder(pages.Field, default, counts, skip, take);
        foreach (ChunkPages.Page page in pages.Data)
        {
            try
            {
                levels.Read(pages.View(page));
            }
            catch (ParquetFormatException e) when (e.Column is null)
            {
                throw pages.Damaged(page, e.Message, e);
            }
        }
        return skip == 0 && take == pageRows ? counts : counts.AsSpan(skip, take).ToArray();
    }

    /// <summary>Room for the places of values, where not every row has one.</summary>
    private static Span<int> RentRows(ParquetField field, ParquetColumnVector vector, in PageTotals totals, bool isPart)
    {
        bool hasNulls = !field.IsRequired && totals.Present < totals.Entries;
        return (hasNulls || isPart) && totals.Present > 0 ? vector.RentRows((int)totals.Present) : default;
    }

    private static PageTotals Count(in ChunkPages pages, int pageRows)
    {
        PageTotals totals = default;
        foreach (ChunkPages.Page page in pages.Data)
            totals.Add(pages.Field, page.Header.RowCount, page.Header.ValueCount, page.Present, page.ValueBytes, page.Header.Encoding);
        Check(pages.Field, totals, pageRows, pages.Offset);
        return totals;
    }

    private static void Check(ParquetField field, in PageTotals totals, int rows, long offset)
    {
        try
        {
            totals.Check(field, rows);
        }
        catch (ParquetFormatException e) when (e.Column is null)
        {
            throw ChunkPages.DamagedChunk(field, offset, e.Message);
        }
    }
}
