using CsCheck;
using Rubato.Web.Queries;
using Xunit;

namespace Rubato.UnitTests.Web.Queries;

public sealed class QueryPartsTests
{
    [Fact]
    public void What_the_fields_say_reads_back_the_same() =>
        Gen.Select(Gen.OneOf(Gen.Const(""), Gen.String), Gen.OneOf(Gen.Const(""), Gen.String), Gen.OneOf(Gen.Const(""), Gen.Const("ok"), Gen.Const("error"), Gen.Const("unset")), Gen.OneOf(Gen.Const(""), Gen.Const("100ms"), Gen.Const("2s")), Gen.OneOf(Gen.Const(""), Gen.Const("5s")))
            .Where((service, operation, _, _, _) => !HasLoneSurrogate(service + operation))
            .Sample((service, operation, status, min, max) =>
            {
                var parts = new QueryParts { Service = service, Operation = operation, Status = status, MinDuration = min, MaxDuration = max };

                Assert.True(QueryParts.TryParse(parts.ToQuery(), out var read), parts.ToQuery());
                Assert.Equal(parts, read);
            });

    [Theory]
    [InlineData("{ }")]
    [InlineData("  ")]
    public void TryParse_OfNoCondition_ShowsNone(string query)
    {
        Assert.True(QueryParts.TryParse(query, out var parts));
        Assert.Equal(new QueryParts(), parts);
    }

    [Theory]
    [InlineData("{ span.http.method = \"GET\" }", "span.http.method = \"GET\"")]
    [InlineData("{ name = \"a\" || name = \"b\" }", "(name = \"a\" || name = \"b\")")]
    [InlineData("{ name = \"a\" && name = \"b\" }", "name = \"b\"")]
    [InlineData("{ name != \"a\" && kind = server && nestedSetParent < 0 }", "name != \"a\"")]
    [InlineData("{ name =~ \"a.*\" }", "name =~ \"a.*\"")]
    [InlineData("{ span.a != nil }", "span.a != nil")]
    [InlineData("{ false }", "false")]
    public void TryParse_OfOtherConditions_KeepsThemAsText(string query, string more)
    {
        Assert.True(QueryParts.TryParse(query, out var parts));

        Assert.Equal(more, Assert.Single(parts.More));
        Assert.True(QueryParts.TryParse(parts.ToQuery(), out var again));
        Assert.Equal(parts, again);
    }

    [Theory]
    [InlineData("{ name = \"a\" } | count() > 2")]
    [InlineData("{ name = \"a\" } >> { status = error }")]
    [InlineData("{ duration > 5 ")]
    public void TryParse_OfMoreThanTheFieldsShow_IsFalse(string query) => Assert.False(QueryParts.TryParse(query, out _));

    private static bool HasLoneSurrogate(string text) => text.Any(char.IsSurrogate);
}
