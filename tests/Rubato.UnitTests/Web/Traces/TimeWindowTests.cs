using CsCheck;
using Rubato.Web.Traces;
using Xunit;

namespace Rubato.UnitTests.Web.Traces;

public sealed class TimeWindowTests
{
    [Fact]
    public void Any_walk_stays_within_the_trace_and_is_never_too_narrow() =>
        Gen.Select(Gen.Double[-1, 2], Gen.Double[-1, 2], Gen.Select(Gen.Bool, Gen.Double[-3, 3]).Array[0, 30]).Sample((one, other, steps) =>
        {
            var window = TimeWindow.Between(one, other);
            foreach (var (isZoom, by) in steps) window = isZoom ? window.Zoom(Math.Abs(by)) : window.Move(by);

            Assert.InRange(window.From, 0, 1);
            Assert.InRange(window.To, window.From, 1 + 1e-12);
            Assert.InRange(window.Width, TimeWindow.Narrowest * 0.999, 1);
        });

    [Fact]
    public void ToString_OfAWindow_IsWhatParseReads() =>
        Gen.Select(Gen.Double[0, 1], Gen.Double[0, 1]).Sample((one, other) =>
        {
            var window = TimeWindow.Between(one, other);
            var read = TimeWindow.Parse(window.ToString());

            Assert.Equal(window.From, read.From, 1e-6);
            Assert.Equal(window.To, read.To, 1e-6);
        });

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0.5")]
    [InlineData("0.5-0.5")]
    [InlineData("0.6-0.5")]
    [InlineData("0-2")]
    [InlineData("NaN-1")]
    [InlineData("-0.5-1")]
    [InlineData("a-b")]
    public void Parse_OfWhatIsNoWindow_IsTheWhole(string? text) => Assert.True(TimeWindow.Parse(text).IsWhole);

    [Fact]
    public void Zoom_KeepsTheMiddle_AndMoveStopsAtTheEnds()
    {
        var half = TimeWindow.Whole.Zoom(0.5);

        Assert.Equal((0.25, 0.75), (half.From, half.To));
        Assert.Equal((0.5, 1.0), (half.Move(5).From, half.Move(5).To));
        Assert.Equal(0.5, half.PlaceOf(0.5));
        Assert.Equal((0.3, 0.4), (Math.Round(half.Within(0.3, 0.1).From, 9), Math.Round(half.Within(0.3, 0.1).To, 9)));
        Assert.True(half.Zoom(100).IsWhole);
    }
}
