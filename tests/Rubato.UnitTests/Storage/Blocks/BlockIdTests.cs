using Microsoft.Extensions.Time.Testing;
using Rubato.Storage.Blocks;
using Xunit;

namespace Rubato.UnitTests.Storage.Blocks;

public sealed class BlockIdTests
{
    [Fact]
    public void New_ids_sort_by_time_and_tell_it()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var random = new Random(1);
        var ids = new List<BlockId>();
        for (var i = 0; i < 50; i++)
        {
            var id = BlockId.New(time, random);
            Assert.Equal(7, id.Value.Version);
            Assert.Equal(time.GetUtcNow(), id.CreatedAt);
            ids.Add(id);
            time.Advance(TimeSpan.FromMilliseconds(1));
        }

        Assert.Equal(ids, ids.OrderBy(id => id.ToString(), StringComparer.Ordinal));
        Assert.Equal(ids, ids.Order());
    }

    [Theory]
    [InlineData("018f3b5e-7f6a-7c1d-8a2b-0123456789ab", true)]
    [InlineData("018F3B5E-7F6A-7C1D-8A2B-0123456789AB", false)]
    [InlineData("018f3b5e7f6a7c1d8a2b0123456789ab", false)]
    [InlineData("{018f3b5e-7f6a-7c1d-8a2b-0123456789ab}", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void TryParse_takes_the_canonical_form_only(string? text, bool expected) =>
        Assert.Equal(expected, BlockId.TryParse(text, out _));
}
