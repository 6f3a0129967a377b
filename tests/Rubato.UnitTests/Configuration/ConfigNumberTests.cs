using Rubato.Configuration;
using Xunit;

namespace Rubato.UnitTests.Configuration;

public sealed class ConfigNumberTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("-7", -7)]
    [InlineData("+7", 7)]
    [InlineData("5_000_000", 5_000_000)]
    [InlineData("1e6", 1_000_000)]
    [InlineData("1.073741824e+09", 1_073_741_824)]
    [InlineData("0x1F", 31)]
    [InlineData("0o17", 15)]
    [InlineData("0b101", 5)]
    [InlineData("3.0", 3)]
    [InlineData("9223372036854775807", long.MaxValue)]
    public void TryParseInteger_yaml_1_1_forms(string text, long expected)
    {
        Assert.True(ConfigNumber.TryParseInteger(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("_")]
    [InlineData("1.5")]
    [InlineData("abc")]
    [InlineData("0xZZ")]
    [InlineData("9223372036854775808")]
    [InlineData("1e400")]
    [InlineData("NaN")]
    public void TryParseInteger_anything_else_is_refused(string text) => Assert.False(ConfigNumber.TryParseInteger(text, out _));

    [Fact]
    public void TryParseInteger_endless_text_is_refused() => Assert.False(ConfigNumber.TryParseInteger(new string('1', 10_000), out _));

    [Theory]
    [InlineData("10485760", 10_485_760)]
    [InlineData("1B", 1)]
    [InlineData("1KB", 1_000)]
    [InlineData("1KiB", 1_024)]
    [InlineData("10MB", 10_000_000)]
    [InlineData("10MiB", 10_485_760)]
    [InlineData("10 MiB", 10_485_760)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("2TB", 2_000_000_000_000)]
    [InlineData("1TiB", 1_099_511_627_776)]
    public void TryParseBytes_decimal_and_binary_as_spelt(string text, long expected)
    {
        Assert.True(ConfigNumber.TryParseBytes(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("MiB")]
    [InlineData("1mb")]
    [InlineData("1M")]
    [InlineData("0.3B")]
    [InlineData("-1MiB")]
    [InlineData("99999999999TiB")]
    public void TryParseBytes_anything_else_is_refused(string text) => Assert.False(ConfigNumber.TryParseBytes(text, out _));

    [Theory]
    [InlineData("true", true)]
    [InlineData("YES", true)]
    [InlineData("on", true)]
    [InlineData("false", false)]
    [InlineData("No", false)]
    [InlineData("off", false)]
    public void TryParseBoolean_yaml_1_1_words(string text, bool expected)
    {
        Assert.True(ConfigNumber.TryParseBoolean(text, out var value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("tRue")]
    [InlineData("")]
    public void TryParseBoolean_anything_else_is_refused(string text) => Assert.False(ConfigNumber.TryParseBoolean(text, out _));
}
