using Rubato.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

public sealed class BlockCacheTests
{
    [Fact]
    public void A_flood_of_pages_leaves_the_dictionaries_their_half()
    {
        var cache = new BlockCache(1000);
        for (var i = 0; i < 5; i++) cache.Set(Dictionary(i), "d", 100);
        for (var i = 0; i < 100; i++) cache.Set(Page(i), "p", 100);

        for (var i = 0; i < 5; i++) Assert.NotNull(cache.Get<string>(Dictionary(i)));
        Assert.Equal([95, 96, 97, 98, 99], Enumerable.Range(0, 100).Where(i => cache.Get<string>(Page(i)) is not null));
        Assert.Equal(1000, cache.UsedBytes);
    }

    [Fact]
    public void A_flood_of_dictionaries_leaves_the_pages_their_half()
    {
        var cache = new BlockCache(1000);
        for (var i = 0; i < 10; i++) cache.Set(Page(i), "p", 100);
        for (var i = 0; i < 100; i++) cache.Set(Dictionary(i), "d", 100);

        Assert.Equal([5, 6, 7, 8, 9], Enumerable.Range(0, 10).Where(i => cache.Get<string>(Page(i)) is not null));
        Assert.Equal(1000, cache.UsedBytes);
    }

    [Fact]
    public void Directories_stay_while_there_are_tables_to_drop_and_take_no_more_than_a_quarter()
    {
        var cache = new BlockCache(1000);
        for (var i = 0; i < 5; i++) cache.Set(Directory(i), "where", 50);
        for (var i = 0; i < 100; i++) cache.Set(Table(i), "table", 100);
        for (var i = 0; i < 5; i++) Assert.NotNull(cache.Get<string>(Directory(i)));
        Assert.Equal(Enumerable.Range(93, 7), Enumerable.Range(0, 100).Where(i => cache.Get<string>(Table(i)) is not null));

        for (var i = 5; i < 30; i++) cache.Set(Directory(i), "where", 50);

        Assert.Equal(Enumerable.Range(24, 6), Enumerable.Range(0, 30).Where(i => cache.Get<string>(Directory(i)) is not null));
        Assert.Equal(Enumerable.Range(93, 7), Enumerable.Range(0, 100).Where(i => cache.Get<string>(Table(i)) is not null));
        Assert.Equal(1000, cache.UsedBytes);
    }

    [Fact]
    public void What_was_used_last_goes_last()
    {
        var cache = new BlockCache(300);
        for (var i = 0; i < 3; i++) cache.Set(Page(i), "p", 100);
        Assert.NotNull(cache.Get<string>(Page(0)));
        cache.Set(Page(3), "p", 100);

        Assert.Null(cache.Get<string>(Page(1)));
        Assert.NotNull(cache.Get<string>(Page(0)));
    }

    [Fact]
    public void A_scan_fills_only_what_is_free_and_goes_first()
    {
        var cache = new BlockCache(300);
        cache.Set(Page(0), "p", 100);
        Assert.True(cache.TrySetIfRoom(Page(1), "s", 100));
        Assert.True(cache.TrySetIfRoom(Page(2), "s", 100));
        Assert.False(cache.TrySetIfRoom(Page(3), "s", 100));
        Assert.False(cache.HasRoom(1));
        cache.Set(Page(4), "p", 100);

        Assert.NotNull(cache.Get<string>(Page(0)));
        Assert.Null(cache.Get<string>(Page(2)));
        Assert.NotNull(cache.Get<string>(Page(1)));
    }

    [Fact]
    public void Setting_again_replaces_and_what_is_larger_than_the_budget_is_not_kept()
    {
        var cache = new BlockCache(300);
        cache.Set(Page(0), "a", 100);
        cache.Set(Page(0), "b", 200);
        cache.Set(Page(1), "c", 301);

        Assert.Equal("b", cache.Get<string>(Page(0)));
        Assert.Null(cache.Get<string>(Page(1)));
        Assert.Equal(200, cache.UsedBytes);
    }

    [Fact]
    public void Bytes_hits_and_misses_are_counted_by_part()
    {
        var cache = new BlockCache(300);
        for (var i = 0; i < 4; i++) cache.Set(Page(i), "p", 100);
        cache.Set(Page(3), "p", 50);
        Assert.Null(cache.Get<string>(Page(0)));
        Assert.NotNull(cache.Get<string>(Page(3)));
        Assert.NotNull(cache.Get<string>(Page(2)));

        Assert.Equal(new BlockCacheFigures(250, 2, 1), cache.Figures(BlockPart.Page));
        Assert.Equal(default, cache.Figures(BlockPart.Dictionary));
    }

    private static BlockCacheKey Page(int i) => new("block", BlockPart.Page, 0, i, 7);

    private static BlockCacheKey Directory(int i) => new("block-" + i, BlockPart.TraceDirectory);

    private static BlockCacheKey Table(int i) => new("block-" + i, BlockPart.TraceTable);

    private static BlockCacheKey Dictionary(int i) => new("block", BlockPart.Dictionary, 0, i);
}
