using Rubato.TraceQL.Semantics;
using Rubato.Web.Queries;
using Xunit;

namespace Rubato.UnitTests.Web.Queries;

public sealed class QueryEditTests
{
    [Theory]
    [InlineData("", "{ status = error }")]
    [InlineData("{ }", "{ status = error }")]
    [InlineData("{ name = \"a\" }", "{ name = \"a\" && status = error }")]
    [InlineData("{ name = \"a\" || name = \"b\" }", "{ (name = \"a\" || name = \"b\") && status = error }")]
    [InlineData("{ name = \"a\" } >> { }", "{ name = \"a\" } >> { } | { status = error }")]
    [InlineData("{ name = ", "{ name = | { status = error }")]
    public void And_AddsACondition(string query, string expected) => Assert.Equal(expected, QueryEdit.And(query, "status = error"));

    [Theory]
    [InlineData("{ name = \"a\" }", "{ name = \"a\" && duration > 100ms && duration <= 2s }")]
    [InlineData("{ duration > 1s && name = \"a\" && duration <= 9s }", "{ name = \"a\" && duration > 100ms && duration <= 2s }")]
    public void WithDuration_ReplacesWhatWasSaidBefore(string query, string expected) =>
        Assert.Equal(expected, QueryEdit.WithDuration(query, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2)));

    [Theory]
    [InlineData("")]
    [InlineData("{ }")]
    [InlineData("{ name = \"a\" } >> { status = error }")]
    [InlineData("{ } | count() > 2")]
    [InlineData("{ } | by(name) | select(span.a)")]
    [InlineData("{ } with(most_recent=true)")]
    public void AsMetrics_OfASearch_Compiles(string query)
    {
        var metrics = QueryEdit.AsMetrics(query, "rate()");

        Assert.True(TraceQLCompiler.TryCompile(metrics!, QueryUse.Metrics, out _, out var error), $"{metrics}: {error}");
    }

    [Theory]
    [InlineData("{ } | rate()")]
    [InlineData("{ name = ")]
    public void AsMetrics_OfAnythingElse_IsNull(string query) => Assert.Null(QueryEdit.AsMetrics(query, "rate()"));
}
