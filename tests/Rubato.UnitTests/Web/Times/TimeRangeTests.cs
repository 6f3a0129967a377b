using Rubato.Web.Times;
using Xunit;

namespace Rubato.UnitTests.Web.Times;

public sealed class TimeRangeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Theory]
    [InlineData("now-1h", "now", 3600, 0)]
    [InlineData("now-1d12h", "now-90m", 129_600, 5400)]
    [InlineData("1799999000000", "now", 1000, 0)]
    [InlineData("now-5m", null, 300, 0)]
    [InlineData("2027-01-15T07:00:00Z", "2027-01-15T08:00:00Z", 3600, 0)]
    public void Parse_OfAnAddress_GivesTheTimesMeant(string from, string? to, int secondsBeforeStart, int secondsBeforeEnd)
    {
        var (start, end) = TimeRange.Parse(from, to, Now).Resolve(Now);

        Assert.Equal((Now.AddSeconds(-secondsBeforeStart), Now.AddSeconds(-secondsBeforeEnd)), (start, end));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "now")]
    [InlineData("now-1x", "now")]
    [InlineData("now-99999999999999d", "now")]
    [InlineData("-5", "now")]
    [InlineData("9999999999999999", "now")]
    [InlineData("now", "now-1h")]
    [InlineData("<script>", "now")]
    public void Parse_OfWhatIsNoRange_GivesTheLastHour(string? from, string? to) => Assert.Equal(TimeRange.LastHour, TimeRange.Parse(from, to, Now));

    [Theory]
    [InlineData("now")]
    [InlineData("now-1d2h3m4s")]
    [InlineData("1799999000123")]
    public void ToString_OfAPoint_ReadsBackTheSame(string text)
    {
        Assert.True(TimePoint.TryParse(text, out var point));
        Assert.Equal(text, point.ToString());
    }
}
