using CsCheck;
using Rubato.Model.Scanning;
using Xunit;

namespace Rubato.UnitTests.Model.Scanning;

public sealed class TraceTimesTests
{
    [Fact]
    public void Each_start_lies_between_its_bounds_and_a_billionth_of_the_whole_apart() => Gen.ULong.Array[1, 200].Sample(starts =>
    {
        var times = TraceTimes.Of(starts);

        var whole = starts.Max() - starts.Min();
        for (var i = 0; i < starts.Length; i++)
        {
            Assert.InRange(starts[i], times.NotBefore(i), times.NotAfter(i));
            Assert.True(times.NotAfter(i) - times.NotBefore(i) <= whole / 1_000_000_000);
        }
    });

    [Fact]
    public void Of_StartsWithinFourSeconds_IsExact()
    {
        ulong[] starts = [1_700_000_000_000_000_000, 1_700_000_003_999_999_999, 1_700_000_000_000_000_001];

        var times = TraceTimes.Of(starts);

        Assert.Equal(starts, Enumerable.Range(0, 3).Select(times.NotBefore));
        Assert.Equal(starts, Enumerable.Range(0, 3).Select(times.NotAfter));
    }
}
