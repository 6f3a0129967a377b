using Rubato.Web.Formatting;
using Xunit;

namespace Rubato.UnitTests.Web.Formatting;

public sealed class FormatTests
{
    [Theory]
    [InlineData(0, "0ns")]
    [InlineData(850, "850ns")]
    [InlineData(12_345, "12.3µs")]
    [InlineData(4_560_000, "4.56ms")]
    [InlineData(1_230_000_000, "1.23s")]
    [InlineData(125_000_000_000, "2m 05s")]
    [InlineData(11_520_000_000_000, "3h 12m")]
    [InlineData(180_000_000_000_000, "2d 02h")]
    [InlineData(-2_000_000, "-2ms")]
    public void Duration_HasThreeDigitsThatCount(double nanoseconds, string expected) => Assert.Equal(expected, Format.Duration(nanoseconds));

    [Theory]
    [InlineData(512, "512 B")]
    [InlineData(1536, "1.5 KiB")]
    [InlineData(12_900_000, "12.3 MiB")]
    public void Bytes_ArePowersOf1024(double bytes, string expected) => Assert.Equal(expected, Format.Bytes(bytes));

    [Theory]
    [InlineData(0, "0%")]
    [InlineData(0.00001, "<0.01%")]
    [InlineData(0.125, "12.5%")]
    [InlineData(0.99999, "99.9%")]
    [InlineData(1, "100%")]
    public void Percent_NeverRoundsToNoneOrAll(double share, string expected) => Assert.Equal(expected, Format.Percent(share));
}
