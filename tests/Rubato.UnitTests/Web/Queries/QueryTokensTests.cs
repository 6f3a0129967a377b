using Rubato.Web.Queries;
using Xunit;

namespace Rubato.UnitTests.Web.Queries;

public sealed class QueryTokensTests
{
    [Fact]
    public void Of_AQuery_NamesEachPiece()
    {
        const string Query = "{ span.a = \"x\" && status != error } | count() > 2 # end";

        var kinds = QueryTokens.Of(Query).Where(t => t.Kind != QueryTokenKind.Blank).Select(t => (t.Kind, t.In(Query)));

        Assert.Equal(
            [
                (QueryTokenKind.Bracket, "{"), (QueryTokenKind.Attribute, "span.a"), (QueryTokenKind.Operator, "="), (QueryTokenKind.String, "\"x\""), (QueryTokenKind.Operator, "&&"),
                (QueryTokenKind.Intrinsic, "status"), (QueryTokenKind.Operator, "!="), (QueryTokenKind.Keyword, "error"), (QueryTokenKind.Bracket, "}"), (QueryTokenKind.Operator, "|"),
                (QueryTokenKind.Function, "count"), (QueryTokenKind.Bracket, "("), (QueryTokenKind.Bracket, ")"), (QueryTokenKind.Operator, ">"), (QueryTokenKind.Number, "2"),
                (QueryTokenKind.Comment, " # end"),
            ],
            kinds);
    }

    [Theory]
    [InlineData("{ name = \"half", QueryTokenKind.String, "\"half")]
    [InlineData("{ name = `half }", QueryTokenKind.String, "`half }")]
    [InlineData("{ } /* half", QueryTokenKind.Comment, "/* half")]
    [InlineData("{ span.", QueryTokenKind.Attribute, "span.")]
    [InlineData("{ stock.", QueryTokenKind.Attribute, "stock.")]
    [InlineData("{ status.", QueryTokenKind.Attribute, "status.")]
    [InlineData("{ .", QueryTokenKind.Attribute, ".")]
    [InlineData("{ span:", QueryTokenKind.Attribute, "span:")]
    [InlineData("{ span.\"half", QueryTokenKind.Attribute, "span.\"half")]
    [InlineData("{ a & b", QueryTokenKind.Word, "b")]
    [InlineData("{ name = 'x", QueryTokenKind.Word, "x")]
    public void Of_HalfTypedText_EndsWithWhatIsBeingTyped(string query, object kind, string text)
    {
        var last = QueryTokens.Of(query)[^1];

        Assert.Equal(((QueryTokenKind)kind, text), (last.Kind, last.In(query)));
    }

    /// <summary>Every beginning of a query, and every query with a character too many: nothing is lost and nothing throws.</summary>
    [Fact]
    public void Of_AnyText_CoversAllOfIt()
    {
        const string Query = "{ span.\"a b\" =~ `x.*` && 1.5h > duration || nmae = \"\\\"\" } >> { status:x = 12ms } | quantile_over_time(duration, .9) by (.foo) with(a=1) /* c */";
        for (var length = 0; length <= Query.Length; length++)
        {
            AssertCovers(Query[..length]);
            foreach (var extra in (string[])["'", "\"", "&", "@", "\uD800", "😀", "\n", "/*", "\\", ".", ":", "9z"]) AssertCovers(Query[..length] + extra + Query[length..]);
        }

        AssertCovers(new string('@', 5_000));
        AssertCovers(new string('{', 20_000));
    }

    private static void AssertCovers(string query)
    {
        var tokens = QueryTokens.Of(query);
        Assert.Equal(query, string.Concat(tokens.Select(t => t.In(query))));
        Assert.All(tokens, t => Assert.True(t.Length > 0, query));
    }
}
