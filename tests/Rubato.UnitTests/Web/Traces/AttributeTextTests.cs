using Rubato.Model.Spans;
using Rubato.TraceQL.Semantics;
using Rubato.Web.Traces;
using Xunit;

namespace Rubato.UnitTests.Web.Traces;

public sealed class AttributeTextTests
{
    [Theory]
    [InlineData("http.method", "GET", "span.http.method = \"GET\"")]
    [InlineData("a key", "say \"no\"\\\n", "span.\"a key\" = \"say \\\"no\\\"\\\\\\n\"")]
    [InlineData("<script>", "</script>", "span.\"<script>\" = \"</script>\"")]
    public void Condition_OfAnyKeyAndText_IsAQuery(string key, string value, string expected)
    {
        var condition = AttributeText.Condition("span", key, AttributeValue.Of(value));

        Assert.Equal(expected, condition);
        Assert.True(TraceQLCompiler.TryCompile("{ " + condition + " }", QueryUse.Search, out _, out _));
    }

    [Fact]
    public void Condition_OfNumbersAndTruth_HasNoQuotes()
    {
        Assert.Equal("span.n = 5", AttributeText.Condition("span", "n", AttributeValue.Of(5L)));
        Assert.Equal("span.b != true", AttributeText.Condition("span", "b", AttributeValue.Of(true), "!="));
    }

    [Fact]
    public void Shown_OfJson_IsIndented() => Assert.Equal("{\n  \"a\": [\n    1\n  ]\n}", AttributeText.Shown("{\"a\":[1]}").ReplaceLineEndings("\n"));

    [Fact]
    public void Shown_OfAMillionCharacters_SaysThatItIsCut()
    {
        var shown = AttributeText.Shown(new string('x', 1_000_000));

        Assert.True(shown.Length < 101_000);
        Assert.Contains("more characters", shown, StringComparison.Ordinal);
    }
}
