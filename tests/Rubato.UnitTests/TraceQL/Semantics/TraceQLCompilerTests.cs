using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Semantics;

public sealed class TraceQLCompilerTests
{
    private static FieldExpression Condition(string query) => Assert.IsType<SpansetFilter>(TraceQLCompiler.Compile(query).Pipeline.Stages[0]).Condition;

    [Theory]
    [InlineData("{ name = 5 }", 3, "the left is string and the right is int; text is written in quotes, as in \"5\": name = 5")]
    [InlineData("{ name = error }", 3, "as in \"error\": name = error")]
    [InlineData("{ true && status = \"error\" }", 11, "write ok, error or unset without quotes: status = `error`")]
    [InlineData("{ status > ok }", 3, "> cannot be applied to status and status: status > ok")]
    [InlineData("{ kind = ok }", 3, "the left is kind and the right is status")]
    [InlineData("{ \"a\" + \"b\" = \"ab\" }", 3, "+ cannot be applied to string and string: `a` + `b`")]
    [InlineData("{ !5 }", 3, "! cannot be applied to int: !5")]
    [InlineData("{ -\"a\" = 1 }", 3, "- cannot be applied to string: -`a`")]
    [InlineData("{ name }", 3, "must be true or false, but its type is string: { name }")]
    [InlineData("{ 1 + 1 }", 3, "its type is int: { 1 + 1 }")]
    [InlineData("{ name =~ \"(\" }", 11, "bad regular expression: missing closing )")]
    [InlineData("{ span.x =~ span.y }", 13, "must be a regular expression in quotes: span.x =~ span.y")]
    [InlineData("{ duration =~ \"1s\" }", 3, "the left is duration and the right is string")]
    [InlineData("{ name = nil }", 3, "cannot be compared with nil: name = nil")]
    [InlineData("{ nil = resource.service.name }", 3, "cannot be compared with nil: nil = resource.service.name")]
    [InlineData("{ parent.span.x = 5 }", 3, "not yet supported")]
    [InlineData("{ parent != nil }", 3, "not yet supported")]
    [InlineData("{ } | avg(name) > 1", 11, "its type is string: avg(name)")]
    [InlineData("{ } | avg(5) > 1", 11, "needs at least one field of the span: avg(5)")]
    [InlineData("{ } | by(5)", 7, "needs at least one field of the span: by(5)")]
    [InlineData("{ } | 3 < count()", 7, "not yet supported: 3 < count()")]
    [InlineData("{ } | count() * 2 > 6", 7, "arithmetic on aggregates is not yet supported: count() * 2")]
    [InlineData("{ } | rate() by (span.a, span.b, span.c, span.d, span.e, span.f)", 58, "more than 5 fields")]
    [InlineData("{ } | quantile_over_time(duration, 1.5)", 7, "between 0 and 1, not 1.5")]
    [InlineData("{ } | rate() | topk(0)", 14, "limit must be greater than 0: topk(0)")]
    [InlineData("{ } | compare({ true }) | topk(1)", 25, "nothing may follow compare")]
    [InlineData("({ duration = \"x\" } | count() > 1) || ({ })", 4, "write durations without quotes")]
    public void Compile_OfWhatMeansNothing_SaysWhereAndWhat(string query, int column, string text)
    {
        Assert.False(TraceQLCompiler.TryCompile(query, QueryUse.Search, out _, out var error));
        Assert.Equal((TraceQLErrorKind.Validation, column), (error.Kind, error.Column));
        Assert.Contains(text, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("parse error", error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ span.x >= 0 % .0 }")]
    [InlineData("{ span.x < 1.5e308 * 10 }")]
    [InlineData("{ span.x > 1.5e308 * -10 }")]
    public void Format_OfNumbersThatNoLiteralHas_CompilesToTheSame(string query)
    {
        var compiled = TraceQLCompiler.Compile(query);
        Assert.Equal(TraceQLFormatter.Format(compiled), TraceQLFormatter.Format(TraceQLCompiler.Compile(TraceQLFormatter.Format(compiled))));
    }

    [Fact]
    public void Compile_ForMetrics_NeedsAMetricsFunction()
    {
        Assert.False(TraceQLCompiler.TryCompile("{ }", QueryUse.Metrics, out _, out var error));
        Assert.StartsWith("not a metrics query", error.ToString(), StringComparison.Ordinal);
        Assert.NotNull(TraceQLCompiler.Compile("{ } | rate()", QueryUse.Metrics).Metrics);
        Assert.NotNull(TraceQLCompiler.Compile("{ } | rate()").Metrics);
    }

    [Theory]
    [InlineData("{ span.n = 2 + 3 }", "span.n = 5")]
    [InlineData("{ 500 <= span.n }", "span.n >= 500")]
    [InlineData("{ 1 > span.n + 2 }", "(span.n + 2) < 1")]
    [InlineData("{ \"a\" != name }", "name != `a`")]
    [InlineData("{ duration = 100ms + 200ms }", "duration = 300000000.0")]
    [InlineData("{ span.n = -5 }", "span.n = -5")]
    [InlineData("{ nestedSetParent = -1 && -(-span.n) > 0 }", "(nestedSetParent = -1) && ((-(-span.n)) > 0)")]
    [InlineData("{ 1 = 1.0 && 1s = 1000000000 }", "true")]
    [InlineData("{ 7 / 2 = 3 }", "true")]
    [InlineData("{ -7 % 3 = -1 }", "true")]
    [InlineData("{ 2 ^ 3 = 8 }", "true")]
    [InlineData("{ 1 / 0.0 > 5 }", "true")]
    [InlineData("{ 1 / 0 = 1 }", "(1 / 0) = 1")]
    [InlineData("{ nil = nil || nil != nil }", "false")]
    [InlineData("{ 5 != nil }", "true")]
    [InlineData("{ nil != span.x }", "span.x != nil")]
    [InlineData("{ !false }", "true")]
    [InlineData("{ \"abc\" =~ \"a.*\" }", "true")]
    [InlineData("{ \"\U0001F600\" > \"\uFFFD\" }", "true")] // by code point, not by UTF-16 unit
    [InlineData("{ !(span.x = 1) }", "!(span.x = 1)")]
    public void Compile_FoldsConstantsAndTurnsComparisons(string query, string expected) => Assert.Equal(expected, CanonicalText.Of(Condition(query)));

    [Fact]
    public void Compile_GivesRegexAndPresenceTheirOwnNodes()
    {
        var regex = Assert.IsType<RegexExpression>(Condition("{ name !~ \"a.*\" }"));
        Assert.True(regex.Negated);
        Assert.Equal("a", regex.Regex.Prefix);
        var presence = Assert.IsType<PresenceExpression>(Condition("{ nil = span.x }"));
        Assert.Equal(("span.x", false), (CanonicalText.Of(presence.Operand), presence.Present));
    }

    [Theory]
    [InlineData("{ } | by(span.size > 20)", "by(span.size > 20)")]
    [InlineData("{ } | by((span.a + 1) > 2)", "by((span.a + 1) > 2)")]
    [InlineData("{ } | by(20 < span.size)", "by(20 < span.size)")]
    [InlineData("{ } | by(span:name)", "by(name)")]
    [InlineData("{ } | by(resource.\"res key\" = \"x\")", "by(resource.\"res key\" = `x`)")]
    [InlineData("{ } | max(span.size + (1 + 1)) = 31", "max(span.size + 2)")]
    [InlineData("{ } | count() > 2", "count()")]
    public void Compile_LabelsGroupsAndAggregates(string query, string expected)
    {
        var stage = TraceQLCompiler.Compile(query).Pipeline.Stages[1];
        Assert.Equal(expected, stage is GroupByStage by ? by.Label : Assert.IsType<ScalarFilterStage>(stage).Aggregate.Label);
    }

    [Theory]
    [InlineData("{ name = \"a\" || span.x > 1 }", null)]
    [InlineData("{ } && { }", "&& and || between spansets cannot be executed yet: { } && { }")]
    [InlineData("{ } >> { }", "structural operators cannot be executed yet: { } >> { }")]
    [InlineData("{ } | by(name)", "pipelines of several stages cannot be executed yet: { } | by(name)")]
    [InlineData("{ event.x = 1 }", "conditions on events cannot be executed yet: event.x")]
    [InlineData("{ span.x = span.y }", "comparisons of two fields or expressions cannot be executed yet: span.x = span.y")]
    [InlineData("{ span.x + 1 = 2 }", "comparisons of two fields or expressions cannot be executed yet: span.x + 1 = 2")]
    [InlineData("{ name =~ \"a\" }", "regular expressions cannot be executed yet: name =~ \"a\"")]
    [InlineData("{ } | rate()", "metrics functions cannot be executed yet: rate()")]
    public void FindUnsupported_NamesTheFirstPart(string query, string? expected) =>
        Assert.Equal(expected, QueryShape.Of(TraceQLCompiler.Compile(query)).FindUnsupported(QueryFeatures.None));
}
