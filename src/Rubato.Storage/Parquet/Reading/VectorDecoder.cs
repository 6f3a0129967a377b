using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>Pages to a <see cref="ParquetColumnVector"/>.</summary>
internal static class VectorDecoder
{
    /// <summary>Decodes all pages given and narrows the result to rows skip to skip + take.</summary>
    public static ParquetColumnVector Decode(in ChunkPages pages, ParquetDictionary? dictionary, int pageRows, int skip, int take)
    {
        ParquetField field = pages.Field;
        (int present, int entries) = Count(pages, pageRows);
        using var scratch = new PooledArray<byte>(pages.ScratchBytes);
        bool usesDictionary = pages.Data.Any(page => page.Header.Encoding is ParquetEncoding.RleDictionary or ParquetEncoding.PlainDictionary);
        if (usesDictionary)
            dictionary ??= DictionaryDecoder.Decode(pages, scratch.Span);

        var vector = new ParquetColumnVector(field);
        try
        {
            bool needsRows = !field.IsRequired && present < entries && present > 0;
            var levels = new LevelDecoder(pages, needsRows ? vector.RentRows(present) : default, default, skip, take);
            var values = new ValueDecoder(pages, vector, usesDictionary ? dictionary : null, present, scratch.Span);
            foreach (ChunkPages.Page page in pages.Data)
            {
                try
                {
                    levels.Read(page);
                    values.Read(page);
                }
                catch (ParquetFormatException e) when (e.Column is null)
                {
                    throw pages.Damaged(page, e.Message, e);
                }
            }

            if (field.IsRepeated)
                vector.SetRange(levels.ChildCount, present, levels.FirstChild, levels.EndChild - levels.FirstChild);
            else
                vector.SetRange(pageRows, present, skip, take);
            return vector;
        }
        catch
        {
            vector.Dispose();
            throw;
        }
    }

    public static int[] ChildCounts(in ChunkPages pages, int pageRows, int skip, int take)
    {
        Count(pages, pageRows);
        var counts = new int[pageRows];
        var levels = new LevelDecoder(pages, default, counts, skip, take);
        foreach (ChunkPages.Page page in pages.Data)
        {
            try
            {
                levels.Read(page);
            }
            catch (ParquetFormatException e) when (e.Column is null)
            {
                throw pages.Damaged(page, e.Message, e);
            }
        }
        return skip == 0 && take == pageRows ? counts : counts.AsSpan(skip, take).ToArray();
    }

    private static (int Present, int Entries) Count(in ChunkPages pages, int pageRows)
    {
        long present = 0, entries = 0, rows = 0;
        foreach (ChunkPages.Page page in pages.Data)
        {
            present += page.Present;
            entries += page.Header.ValueCount;
            rows += page.Header.RowCount;
        }
        if (rows != pageRows || entries > int.MaxValue)
            throw pages.DamagedChunk($"its pages hold {rows} rows, {pageRows} were expected");
        return ((int)present, (int)entries);
    }
}
