using Rubato.Ingest.Generator;
using Xunit;

namespace Rubato.UnitTests.Ingest.Generator;

public sealed class TextPoolTests
{
    [Fact]
    public void A_text_has_one_number_and_the_empty_one_is_0()
    {
        var pool = new TextPool();
        Assert.Equal(0, pool.NumberOf(""));
        var number = pool.NumberOf("żółw");
        Assert.Equal(number, pool.NumberOf("żółw"u8));
        Assert.Equal("żółw", pool[number]);
        Assert.NotEqual(number, pool.NumberOf(new string('x', 1000)));
    }

    [Fact]
    public void Few_long_texts_fill_it_as_many_short_ones_do()
    {
        var (longs, shorts) = (new TextPool(), new TextPool());
        for (var i = 0; !longs.IsFull; i++) longs.NumberOf(new string('x', 100_000) + i);
        for (var i = 0; !shorts.IsFull; i++) shorts.NumberOf("t" + i);
        Assert.InRange(longs.NumberOf("one more"), 80, 90);
        Assert.Equal(TextPool.MaxTexts, shorts.NumberOf("one more"));
    }
}
