using Rubato.Model.Scanning;
using Xunit;

namespace Rubato.UnitTests.Model;

public sealed class ScanBuffersTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(300_000)]
    public void Arrays_are_long_enough_and_nobody_elses(int length)
    {
        var buffers = new ScanBuffers();
        var arrays = Enumerable.Range(0, 5).Select(_ => buffers.Rent<long>(length)).ToList();
        var others = Enumerable.Range(0, 5).Select(_ => new ScanBuffers().Rent<long>(length)).ToList();

        Assert.All(arrays, array => Assert.True(array.Length >= length));
        if (length > 0) Assert.Equal(10, arrays.Concat(others).Distinct(ReferenceEqualityComparer.Instance).Count());
    }

    [Fact]
    public void What_was_returned_is_handed_out_once_to_the_next()
    {
        for (var round = 0; round < 3; round++)
        {
            var buffers = new ScanBuffers();
            var arrays = new HashSet<object>(ReferenceEqualityComparer.Instance);
            for (var i = 0; i < 20; i++) Assert.True(arrays.Add(buffers.Rent<int>(100_000)));
            buffers.Return();
            buffers.Return();
        }
    }

    [Fact]
    public void A_segments_reads_count_for_the_query()
    {
        var query = new ScanContext(CancellationToken.None);
        var buffers = new ScanBuffers();
        var segment = query.With(buffers);

        segment.AddBytes(5);
        segment.AddSpans(3);

        Assert.Same(buffers, segment.Buffers);
        Assert.Equal((5, 3), (query.InspectedBytes, query.InspectedSpans));
    }
}
