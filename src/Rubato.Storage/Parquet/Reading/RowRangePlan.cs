using Rubato.Storage.Parquet.Metadata;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>
/// Which bytes of a chunk a range of rows needs. The dictionary is read along with the pages when they touch, else on its own.
/// </summary>
internal readonly record struct RowRangePlan(
    long Offset, int Length, long DictionaryOffset, int DictionaryLength, int PageRows, int Skip, int Take)
{
    public static RowRangePlan Whole(in ParquetColumnChunk chunk, int rowCount) => new(chunk.Offset, chunk.Length, 0, 0, rowCount, 0, rowCount);

    public static RowRangePlan For(in ParquetColumnChunk chunk, PagePlaces? places, int rowCount, int firstRow, int take, bool needsDictionary)
    {
        if (places is null)
            return Whole(chunk, rowCount) with { Skip = firstRow, Take = take };

        int first = places.PageOf(firstRow), last = places.PageOf(firstRow + take - 1);
        (long offset, int length) = places.Range(first, last);
        int endRow = last + 1 < places.Count ? places.FirstRow(last + 1) : rowCount;
        var plan = new RowRangePlan(offset, length, 0, 0, endRow - places.FirstRow(first), firstRow - places.FirstRow(first), take);
        if (!chunk.HasDictionary || !needsDictionary)
            return plan;

        int dictionaryLength = (int)(chunk.DataOffset - chunk.Offset);
        return first == 0
            ? plan with { Offset = chunk.Offset, Length = length + dictionaryLength }
            : plan with { DictionaryOffset = chunk.Offset, DictionaryLength = dictionaryLength };
    }
}
