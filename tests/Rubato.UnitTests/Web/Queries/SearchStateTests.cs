using Microsoft.AspNetCore.WebUtilities;
using Rubato.Web.Queries;
using Rubato.Web.Times;
using Xunit;

namespace Rubato.UnitTests.Web.Queries;

public sealed class SearchStateTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

    [Fact]
    public void ToAddress_OfAnyState_ReadsBackTheSame()
    {
        var state = new SearchState("{ name = \"a&b#\" }", TimeRange.Last(TimeSpan.FromHours(6)), 100, SearchSort.Longest) { Columns = "span.a,resource.\"b c\"" };

        var query = QueryHelpers.ParseQuery(state.ToAddress()["search".Length..]);

        Assert.Equal(state, SearchState.Parse(query["q"], query["from"], query["to"], query["limit"], query["sort"], Now, query["cols"]));
    }

    [Theory]
    [InlineData("", "{ } | select(span.a,name)")]
    [InlineData("{ name = \"x\" }", "{ name = \"x\" } | select(span.a,name)")]
    [InlineData("{ } with(most_recent=true)", "{ } with(most_recent=true)")]
    public void SentQuery_SelectsTheColumns(string query, string sent) =>
        Assert.Equal(sent, SearchState.Parse(query, null, null, null, null, Now, "span.a, not a name,name,,span.a").SentQuery);

    [Fact]
    public void Columns_AreAddedOnceAndRemoved()
    {
        var state = SearchState.Parse(null, null, null, null, null, Now).WithColumn("span.a").WithColumn("span.a").WithColumn("nonsense here").WithColumn("name");

        Assert.Equal(["span.a", "name"], state.ColumnNames);
        Assert.Equal("", state.WithoutColumn("span.a").WithoutColumn("name").Columns);
    }

    [Fact]
    public void ToAddress_OfTheUsual_HasNoParameters() => Assert.Equal("search", SearchState.Parse(null, null, null, null, null, Now).ToAddress());

    [Theory]
    [InlineData("7", "newest")]
    [InlineData("99999999999999", "5")]
    [InlineData("x", "<script>")]
    public void Parse_OfNonsense_GivesTheUsual(string limit, string sort)
    {
        var state = SearchState.Parse("", null, null, limit, sort, Now);

        Assert.Equal((SearchState.DefaultLimit, SearchSort.Newest), (state.Limit, state.Sort));
    }
}
