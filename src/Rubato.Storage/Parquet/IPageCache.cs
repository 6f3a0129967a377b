using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Reading;

namespace Rubato.Storage.Parquet;

/// <summary>
/// Unpacked pages and dictionaries of one file that several reads share. May forget anything at any time; what it handed out stays valid.
/// </summary>
internal interface IPageCache
{
    ParquetPage? Page(int rowGroup, int column, int page);

    ParquetDictionary? Dictionary(int rowGroup, int column);

    /// <summary>Bounds of the pages of all columns of a row group that have them.</summary>
    PageBounds?[]? Bounds(int rowGroup);

    /// <summary>Whether a page of this size, read in passing, would be kept now.</summary>
    bool HasRoom(long bytes);

    /// <param name="page">The page, owned by the cache from now on.</param>
    /// <param name="rowGroup">Its row group.</param>
    /// <param name="column">Its column.</param>
    /// <param name="number">Its number in the column chunk.</param>
    /// <param name="isScan">Read in passing by a scan of the whole column: kept only where that pushes nothing out.</param>
    /// <returns>False: it was not kept.</returns>
    bool Add(ParquetPage page, int rowGroup, int column, int number, bool isScan);

    void Add(ParquetDictionary dictionary, int rowGroup, int column);

    void Add(PageBounds?[] bounds, long bytes, int rowGroup);
}
