using Rubato.Commands.Query;
using Xunit;

namespace Rubato.UnitTests.Commands.Query;

public sealed class QueryRangeTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    [Theory]
    [InlineData("1699999000", "1699999100", "start=1699999000&end=1699999100")]
    [InlineData("1h", null, "start=1699996400&end=1700000001")]
    [InlineData("2d", "90s", "start=1699827200&end=1699999910")]
    [InlineData("2023-11-14T22:00:00Z", "2023-11-14T23:10:00+01:00", "start=1699999200&end=1699999800")]
    public void Parameters_StartAndEnd_BecomeUnixSeconds(string start, string? end, string expected) =>
        Assert.Equal(expected, string.Join('&', QueryRange.Parameters(start, end, null, Now).Select(p => $"{p.Name}={p.Value}")));

    [Fact]
    public void Parameters_Since_IsLeftToTheServer() => Assert.Equal([("since", "15m")], QueryRange.Parameters(null, null, "15m", Now));

    [Fact]
    public void Parameters_None_IsTheServersDefault() => Assert.Empty(QueryRange.Parameters(null, null, null, Now));

    [Theory]
    [InlineData(null, "1h", null)]
    [InlineData("1h", null, "1h")]
    [InlineData("yesterday", null, null)]
    [InlineData("99999999999d", null, null)]
    [InlineData("", null, null)]
    [InlineData("-1h", null, null)]
    [InlineData("10", "10", null)]
    public void Parameters_Impossible_IsAClearError(string? start, string? end, string? since) =>
        Assert.Throws<QueryFailedException>(() => QueryRange.Parameters(start, end, since, Now));
}
