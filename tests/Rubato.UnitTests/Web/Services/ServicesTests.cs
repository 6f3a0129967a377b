using Microsoft.AspNetCore.WebUtilities;
using Rubato.TraceQL.Semantics;
using Rubato.Web.Services;
using Rubato.Web.Times;
using Xunit;

namespace Rubato.UnitTests.Web.Services;

public sealed class ServicesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void ToAddress_OfAnyState_ReadsBackTheSame()
    {
        var state = new ServicesState("a&b <c>", "GET /", RedSort.P99, TimeRange.Last(TimeSpan.FromHours(6)));

        var q = QueryHelpers.ParseQuery(state.ToAddress()["services".Length..]);

        Assert.Equal(state, ServicesState.Parse(q["service"], q["filter"], q["sort"], q["from"], q["to"], Now));
    }

    [Fact]
    public void Parse_OfNonsense_GivesTheUsual()
    {
        var state = ServicesState.Parse(new string('x', 9_000), null, "17", "yesterday", "now", Now);

        Assert.Equal((500, RedSort.Rate, TimeRange.LastHour), (state.Service.Length, state.Sort, state.Range));
        Assert.Equal("services", ServicesState.Parse(null, null, null, null, null, Now).ToAddress());
    }

    [Theory]
    [InlineData(RedSort.Rate, "b,a,C")]
    [InlineData(RedSort.Name, "a,b,C")]
    [InlineData(RedSort.Errors, "C,a,b")]
    [InlineData(RedSort.P95, "a,C,b")]
    public void Of_OrdersNamesUpAndNumbersDown(RedSort sort, string expected)
    {
        RedRow[] rows =
        [
            new() { Service = "a", Rate = 2, ErrorRate = 0.1, P95 = 30 },
            new() { Service = "b", Rate = 3, ErrorRate = 0, P95 = 10 },
            new() { Service = "C", Rate = 1, ErrorRate = 0.5, P95 = 20 },
        ];

        Assert.Equal(expected, string.Join(',', RedTable.Of(rows, "", sort).Select(r => r.Service)));
        Assert.Equal("C", Assert.Single(RedTable.Of(rows, "c", sort)).Service);
    }

    [Fact]
    public void Links_OfAnyName_AskQueriesThatCompile()
    {
        var row = new RedRow { Service = "a\"b`\\", Operation = "GET /x?y=\"1\"", P95 = 12.345 };
        foreach (var address in new[] { ServiceLinks.Newest(row, TimeRange.LastHour), ServiceLinks.Failed(row, TimeRange.LastHour), ServiceLinks.Slow(row, TimeRange.LastHour), ServiceLinks.Calls("a\"", "b\\", TimeRange.LastHour), ServiceLinks.Spans("a\"`", TimeRange.LastHour), ServiceLinks.CallsOut("a\"", "b\\`", TimeRange.LastHour), ServiceLinks.CallsIn("b\\", TimeRange.LastHour) })
        {
            var query = QueryHelpers.ParseQuery(address["search".Length..])["q"].ToString();
            Assert.True(TraceQLCompiler.TryCompile(query, QueryUse.Search, out _, out var error), $"{query}: {error}");
        }

        Assert.Contains("name", ServiceLinks.Explore(row, TimeRange.LastHour), StringComparison.Ordinal);
    }

    [Fact]
    public void Slow_OfAServiceFasterThanAMicrosecond_AsksForAll() =>
        Assert.Contains(Uri.EscapeDataString("duration >= 0s"), ServiceLinks.Slow(new RedRow { Service = "a", P95 = 0.0005 }, TimeRange.LastHour), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "", "b,C")]
    [InlineData("", "c", "C")]
    [InlineData("C", "", "C")]
    [InlineData("a", "", "")]
    public void SilentNames_AreThoseThatSentSpansAndHaveNoRow(string service, string filter, string expected) =>
        Assert.Equal(expected, string.Join(',', SilentNames.Of(["C", "a", "b", ""], [new RedRow { Service = "a" }], new ServicesState(service, filter, RedSort.Rate, TimeRange.LastHour))));
}
