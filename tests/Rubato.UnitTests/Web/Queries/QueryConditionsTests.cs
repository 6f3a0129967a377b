using Rubato.Web.Queries;
using Xunit;

namespace Rubato.UnitTests.Web.Queries;

public sealed class QueryConditionsTests
{
    [Theory]
    [InlineData("span.a", "=", "5", "span.a = 5")]
    [InlineData("span.a", "=", "x y", "span.a = \"x y\"")]
    [InlineData("span.a", "=", "", "span.a = \"\"")]
    [InlineData("span.a", "=", "\"5\"", "span.a = \"5\"")]
    [InlineData("span.a", ">=", "1.5", "span.a >= 1.5")]
    [InlineData("span.a", "=", "true", "span.a = true")]
    [InlineData("span.a", "!=", "nil", "span.a != nil")]
    [InlineData("duration", ">", "100ms", "duration > 100ms")]
    [InlineData("status", "=", "error", "status = error")]
    [InlineData("name", "=~", "GET.*", "name =~ \"GET.*\"")]
    [InlineData("span.a", "=", "1 || true", "span.a = \"1 || true\"")]
    [InlineData("span.a", "=", "} || { true", "span.a = \"} || { true\"")]
    public void TryMake_TakesAValueAsWhatItLooksLike(string field, string comparison, string value, string expected)
    {
        Assert.True(QueryConditions.TryMake(field, comparison, value, out var condition, out var problem), problem);
        Assert.Equal(expected, condition);
    }

    [Theory]
    [InlineData("", "=", "5")]
    [InlineData("a b", "=", "5")]
    [InlineData("name", "=~", "(")]
    public void TryMake_OfNonsense_SaysWhatIsWrong(string field, string comparison, string value)
    {
        var isMade = QueryConditions.TryMake(field, comparison, value, out var condition, out var problem);

        Assert.False(isMade);
        Assert.Equal("", condition);
        Assert.NotEmpty(problem);
    }
}
