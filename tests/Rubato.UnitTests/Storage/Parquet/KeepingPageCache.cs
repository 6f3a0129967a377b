using Rubato.Storage.Parquet;
using Rubato.Storage.Parquet.Metadata;
using Rubato.Storage.Parquet.Reading;

namespace Rubato.UnitTests.Storage.Parquet;

/// <summary>Keeps everything.</summary>
internal sealed class KeepingPageCache : IPageCache
{
    private readonly Dictionary<(int, int, int), object> _known = [];
    private readonly Dictionary<int, PageBounds?[]> _bounds = [];

    public ParquetPage? Page(int rowGroup, int column, int page) => _known.GetValueOrDefault((rowGroup, column, page)) as ParquetPage;

    public ParquetDictionary? Dictionary(int rowGroup, int column) => _known.GetValueOrDefault((rowGroup, column, -1)) as ParquetDictionary;

    public PageBounds?[]? Bounds(int rowGroup) => _bounds.GetValueOrDefault(rowGroup);

    public bool HasRoom(long bytes) => true;

    public bool Add(ParquetPage page, int rowGroup, int column, int number, bool isScan)
    {
        _known[(rowGroup, column, number)] = page;
        return true;
    }

    public void Add(ParquetDictionary dictionary, int rowGroup, int column) => _known[(rowGroup, column, -1)] = dictionary;

    public void Add(PageBounds?[] bounds, long bytes, int rowGroup) => _bounds[rowGroup] = bounds;
}
