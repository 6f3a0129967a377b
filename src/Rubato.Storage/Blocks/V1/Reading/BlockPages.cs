using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Reading;

namespace Rubato.Storage.Blocks.V1.Reading;

/// <summary>A block's share of the cache, as its file sees it.</summary>
internal sealed class BlockPages(string block, IBlockCache cache) : IPageCache
{
    private const int DictionaryObjectBytes = 200;

    public ParquetPage? Page(int rowGroup, int column, int page) => cache.Get<ParquetPage>(new BlockCacheKey(block, BlockPart.Page, rowGroup, column, page));

    public ParquetDictionary? Dictionary(int rowGroup, int column) =>
        cache.Get<ParquetDictionary>(new BlockCacheKey(block, BlockPart.Dictionary, rowGroup, column));

    public PageBounds?[]? Bounds(int rowGroup) => cache.Get<PageBounds?[]>(new BlockCacheKey(block, BlockPart.Bounds, rowGroup));

    public bool HasRoom(long bytes) => cache.HasRoom(bytes);

    public bool Add(ParquetPage page, int rowGroup, int column, int number, bool isScan)
    {
        var key = new BlockCacheKey(block, BlockPart.Page, rowGroup, column, number);
        if (isScan) return cache.TrySetIfRoom(key, page, page.SizeBytes);
        cache.Set(key, page, page.SizeBytes);
        return true;
    }

    public void Add(ParquetDictionary dictionary, int rowGroup, int column) =>
        cache.Set(new BlockCacheKey(block, BlockPart.Dictionary, rowGroup, column), dictionary, dictionary.SizeBytes + DictionaryObjectBytes);

    public void Add(PageBounds?[] bounds, long bytes, int rowGroup) => cache.Set(new BlockCacheKey(block, BlockPart.Bounds, rowGroup), bounds, bytes);
}
