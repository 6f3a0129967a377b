using Rubato.Storage.Parquet.Reading;
using Xunit;

namespace Rubato.UnitTests.Storage.Parquet;

public sealed class JoinedRangeTests
{
    [Fact]
    public void Ranges_join_up_to_the_gap_and_the_longest_read()
    {
        List<ByteRange> parts = [new(1_000, 100, 3), new(0, 50, 0), new(60, 40, 1), new(111, 10, 2), new(1_050, 100, 4)];

        List<JoinedRange> joined = JoinedRange.Of([.. parts], gap: 10, maxBytes: 10_000);
        Assert.Equal([(0L, 100), (111L, 10), (1_000L, 150)], joined.Select(range => (range.Offset, range.Length)));
        Assert.Equal([0, 1, 2, 3, 4], joined.SelectMany(range => range.Parts).Select(part => part.Number));

        Assert.Equal([(0L, 50), (60L, 61), (1_000L, 100), (1_050L, 100)],
            JoinedRange.Of([.. parts], gap: 20, maxBytes: 70).Select(range => (range.Offset, range.Length)));
    }

    [Fact]
    public void A_part_longer_than_the_longest_read_is_read_alone()
        => Assert.Equal([(5L, 500)], JoinedRange.Of([new ByteRange(5, 500, 0)], 0, 100).Select(range => (range.Offset, range.Length)));
}
