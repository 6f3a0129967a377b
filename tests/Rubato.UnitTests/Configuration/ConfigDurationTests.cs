using CsCheck;
using Rubato.Configuration;
using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class ConfigDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("30s", 30_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData(".5s", 500)]
    [InlineData("250ms", 250)]
    [InlineData("-5s", -5_000)]
    [InlineData("+5s", 5_000)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1w2d", 777_600_000)]
    [InlineData("1y", 31_536_000_000)]
    [InlineData("168h", 604_800_000)]
    [InlineData("1000000", 1)]
    public void TryParse_both_families_of_units(string text, long milliseconds)
    {
        Assert.True(ConfigDuration.TryParse(text, out var duration, out _));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("1us", 10)]
    [InlineData("1\u00b5s", 10)]
    [InlineData("1\u03bcs", 10)]
    [InlineData("100ns", 1)]
    [InlineData("1ns", 1)]
    [InlineData("5", 1)]
    public void TryParse_small_durations_never_become_zero(string text, long ticks)
    {
        Assert.True(ConfigDuration.TryParse(text, out var duration, out _));
        Assert.Equal(ticks, duration.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("5x")]
    [InlineData("5 s")]
    [InlineData("1h 30m")]
    [InlineData("1.2.3s")]
    [InlineData("-")]
    [InlineData(".")]
    [InlineData("1e3s")]
    [InlineData("abc")]
    [InlineData("1hh")]
    public void TryParse_nonsense_is_refused(string text)
    {
        Assert.False(ConfigDuration.TryParse(text, out _, out var error));
        Assert.Contains($"'{text}'", error);
    }

    [Theory]
    [InlineData("99999999999999999999h")]
    [InlineData("999999999999999999999999999999999999999999h")]
    [InlineData("99999999999999999999999999999999999999")]
    [InlineData("300000y")]
    public void TryParse_too_long_says_so(string text)
    {
        Assert.False(ConfigDuration.TryParse(text, out _, out var error));
        Assert.Contains("too long", error);
    }

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(30_000, "30s")]
    [InlineData(90_000, "1m30s")]
    [InlineData(3_600_000, "1h0m0s")]
    [InlineData(604_800_000, "168h0m0s")]
    [InlineData(1_500, "1.5s")]
    [InlineData(500, "500ms")]
    [InlineData(-90_000, "-1m30s")]
    public void Format_writes_as_Go_does(long milliseconds, string expected) =>
        Assert.Equal(expected, ConfigDuration.Format(TimeSpan.FromMilliseconds(milliseconds)));

    [Fact]
    public void What_is_formatted_is_read_back() =>
        Gen.Long[-9_000_000_000_000_000_000, 9_000_000_000_000_000_000].Select(TimeSpan.FromTicks).Sample(duration =>
            ConfigDuration.TryParse(ConfigDuration.Format(duration), out var read, out _) && read == duration);
}
