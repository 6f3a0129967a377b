using System.Text;
using CsCheck;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Syntax;

public sealed class TraceQLParserTests
{
    /// <summary>Text and its shortest spelling; the canonical text of an expression shows how operators grouped.</summary>
    [Theory]
    [InlineData("{}", "{ }")]
    [InlineData("{ true }", "{ }")]
    [InlineData("{ span:name = \"a\" }", "{ name = \"a\" }")]
    [InlineData("{ ((span.a)) = (1) }", "{ span.a = 1 }")]
    [InlineData("{ span.a-b = 1 }", "{ span.a-b = 1 }")]
    [InlineData("{ span.a - span.b = 1 }", "{ span.a - span.b = 1 }")]
    [InlineData("{ span.\"a b\".c = 1 }", "{ span.\"a b.c\" = 1 }")]
    [InlineData("{ .\"9lives\" = 1 && span.9lives = 2 }", "{ .\"9lives\" = 1 && span.9lives = 2 }")]
    [InlineData("{ parent.\"span.x\" = 1 }", "{ parent.\"span.x\" = 1 }")]
    [InlineData("{ service.name = \"x\" }", "{ .service.name = \"x\" }")]
    [InlineData("{ server.address = \"x\" && error.type=\"y\" }", "{ .server.address = \"x\" && .error.type = \"y\" }")]
    [InlineData("{ name.x = 1 } | by(http.method)", "{ .name.x = 1 } | by(.http.method)")]
    [InlineData("{ duration > 1h30m }", "{ duration > 1h30m0s }")]
    [InlineData("{ duration > 2w }", "{ duration > 336h0m0s }")]
    [InlineData("{ duration > 1h0.5m && duration < 40000µs }", "{ duration > 1h0m30s && duration < 40ms }")]
    [InlineData("{ duration > 1m1h }", "{ duration > 1h1m0s }")]
    [InlineData("{ span.a = 5. || span.a = .5 || span.a = 1e9 }", "{ span.a = 5.0 || span.a = 0.5 || span.a = 1000000000.0 }")]
    [InlineData("{ span.a = \"\\u00e9\\x41\\101\\n\" }", "{ span.a = \"éAA\\n\" }")]
    [InlineData("{ span.a = \"\\xc3\\xa9\" }", "{ span.a = \"é\" }")]
    [InlineData("{ span.a = `\\d \"q\"` }", "{ span.a = `\\d \"q\"` }")]
    [InlineData("{ span.a = 1 } // rest", "{ span.a = 1 }")]
    [InlineData("# first\n{ span.hash# = 1 # rest }\n }", "{ span.hash# = 1 }")]
    [InlineData("{ /* a } */ span.a = 1 }", "{ span.a = 1 }")]
    [InlineData("{span.a=true&&name=\"x\"}", "{ span.a = true && name = \"x\" }")]
    [InlineData("{ 5 <= span.a }", "{ 5 <= span.a }")]
    [InlineData("{ nil != span.a }", "{ nil != span.a }")]
    [InlineData("{ !(span.a = 1) }", "{ !(span.a = 1) }")]
    [InlineData("{ (-span.a) * 2 = 1 }", "{ (-span.a) * 2 = 1 }")]
    [InlineData("{ -span.a * 2 = 1 }", "{ -span.a * 2 = 1 }")]
    [InlineData("({a.a=1} > {}) >> {}", "{ .a.a = 1 } > { } >> { }")]
    [InlineData("{} > ({} >> {})", "{ } > ({ } >> { })")]
    [InlineData("{}!~{}", "{ } !~ { }")]
    [InlineData("{}&>>{}&~{}", "{ } &>> { } &~ { }")]
    [InlineData("({} | count() > 2) && ({})", "({ } | count() > 2) && ({ })")]
    [InlineData("(({} | count() > 2))", "({ } | count() > 2)")]
    [InlineData("count() > -1", "count() > -1")]
    [InlineData("{} | coalesce() | select(name,span.a)|by(span.a>1)", "{ } | coalesce() | select(name, span.a) | by(span.a > 1)")]
    [InlineData("{} | (count() + 1) * 2 > 3", "{ } | (count() + 1) * 2 > 3")]
    [InlineData("({} | count()) > ({} | max(duration))", "({ } | count()) > ({ } | max(duration))")]
    [InlineData("{}|rate()by(name,span.a)|topk(3)>0.5 with(a=1) with (most_recent=true, x=\"y\")", "{ } | rate() by (name, span.a) | topk(3) > 0.5 with (most_recent=true, x=\"y\")")]
    [InlineData("{}|quantile_over_time(duration,.5,1)<100ms", "{ } | quantile_over_time(duration, 0.5, 1.0) < 100ms")]
    [InlineData("{}|compare({status=error},5,1,2)", "{ } | compare({ status = error }, 5, 1, 2)")]
    public void Format_OfWhatWasParsed_IsTheShortestSpelling(string query, string expected)
    {
        var parsed = TraceQLParser.Parse(query);
        Assert.Equal(expected, TraceQLFormatter.Format(parsed));
        Assert.Equal(parsed, TraceQLParser.Parse(expected));
    }

    [Theory]
    [InlineData("a.a || b.b && c.c", "(.a.a || .b.b) && .c.c")]
    [InlineData("1 + 2 * 3 ^ 2 ^ 2 = 4", "(1 + (2 * (3 ^ (2 ^ 2)))) = 4")]
    [InlineData("span.a - 1 - 2 = 4", "((span.a - 1) - 2) = 4")]
    [InlineData("-span.a + 1 = 4", "((-span.a) + 1) = 4")]
    [InlineData("-span.a * 2 = 4", "(-(span.a * 2)) = 4")]
    [InlineData("!span.a = false", "(!span.a) = false")]
    [InlineData("2 * -span.a + 1 = 3", "((2 * (-span.a)) + 1) = 3")]
    [InlineData("span.a = 1 = true", "(span.a = 1) = true")]
    [InlineData("name =~ \"a\" && span.x != nil", "(name =~ `a`) && (span.x != nil)")]
    public void Precedence_ShowsInTheCanonicalText(string expression, string expected)
    {
        var filter = Assert.IsType<SpansetFilter>(TraceQLParser.Parse($"{{ {expression} }}").Pipeline.Stages[0]);
        Assert.Equal(expected, CanonicalText.Of(filter.Condition));
    }

    [Theory]
    [InlineData("", 1, 1, "unexpected end of query")]
    [InlineData("{", 1, 2, "unexpected end of query")]
    [InlineData("{ span.x = }", 1, 12, "unexpected }")]
    [InlineData("{ name == \"x\" }", 1, 9, "unexpected =")]
    [InlineData("{ name == \"x\" }", 1, 9, "did you mean = instead of ==?")]
    [InlineData("{ name <> \"x\" }", 1, 9, "did you mean != instead of <>?")]
    [InlineData("{ duration => 1s }", 1, 13, "did you mean >= instead of =>?")]
    [InlineData("{ name ~= \"x\" }", 1, 8, "did you mean =~ instead of ~=?")]
    [InlineData("{ span.a = 1 | span.b = 2 }", 1, 14, "did you mean || instead of |?")]
    [InlineData("{ span.a = 1 and span.b = 2 }", 1, 14, "did you mean &&?")]
    [InlineData("{ span.a = 1 OR span.b = 2 }", 1, 14, "did you mean ||?")]
    [InlineData("{ not span.a }", 1, 3, "did you mean !, as in")]
    [InlineData("{ span.a like \"x\" }", 1, 10, "did you mean =~")]
    [InlineData("{ span.a = null }", 1, 12, "did you mean nil?")]
    [InlineData("{ status = err }", 1, 12, "did you mean error?")]
    [InlineData("{ span:nmae = \"x\" }", 1, 3, "did you mean span:name?")]
    [InlineData("{ spna:name = \"x\" }", 1, 3, "did you mean span:name?")]
    [InlineData("{ } | cuont() > 1", 1, 7, "did you mean count?")]
    [InlineData("{ } | count_over() ", 1, 7, "did you mean count_over_time?")]
    [InlineData("{ } | quantil_over_time(duration, .9)", 1, 7, "did you mean quantile_over_time?")]
    [InlineData("{ } | rate() | topc(1)", 1, 16, "did you mean topk?")]
    [InlineData("{ foo = 5 }", 1, 3, "unknown identifier: foo")]
    [InlineData("{ http = 5 }", 1, 3, "span.http or resource.http")]
    [InlineData("{ satus = error }", 1, 3, "did you mean status?")]
    [InlineData("{\n  true &&\n\tnmae = \"é\" }", 3, 2, "did you mean name?")]
    [InlineData("{ name = \"é世😀\" && x }", 1, 19, "unknown identifier: x")]
    [InlineData("{ span:nothing = 5 }", 1, 3, "unknown intrinsic: span:nothing")]
    [InlineData("{ name = \"x }", 1, 10, "literal not terminated")]
    [InlineData("{ name = `x }", 1, 10, "literal not terminated")]
    [InlineData("{ name = 'x' }", 1, 10, "double quotes")]
    [InlineData("{ name = \"\\d+\" }", 1, 11, "invalid char escape")]
    [InlineData("{ name = \"\\ud800\" }", 1, 11, "invalid char escape")]
    [InlineData("{ span.\"a\\nb\" = 1 }", 1, 10, "invalid char escape")]
    [InlineData("{ span.\"a = 1 }", 1, 8, "literal not terminated")]
    [InlineData("{ span. foo = 1 }", 1, 3, "attribute name is missing")]
    [InlineData("{ . foo = 1 }", 1, 3, "attribute name is missing")]
    [InlineData("{ service. = 1 }", 1, 3, "unknown identifier: service")]
    [InlineData("{ .1digit = 1 }", 1, 3, "neither a number nor a duration")]
    [InlineData("{ duration > 5x }", 1, 14, "neither a number nor a duration")]
    [InlineData("{ span.x = 9223372036854775808 }", 1, 12, "out of the range")]
    [InlineData("{ a.a & b.b }", 1, 7, "did you mean &&?")]
    [InlineData("{ span.x > nil }", 1, 12, "nil goes with = and !=")]
    [InlineData("{ nil }", 1, 3, "unexpected nil")]
    [InlineData("{ (true }", 1, 9, "unexpected }")]
    [InlineData("name = \"x\"", 1, 1, "conditions on spans stand in braces")]
    [InlineData("{ } /* x", 1, 5, "comment not terminated")]
    [InlineData("{ } | count()", 1, 7, "must be compared with a number")]
    [InlineData("{ } | foo()", 1, 7, "unknown identifier: foo")]
    [InlineData("{ } && count() > 1", 1, 8, "joined by |")]
    [InlineData("{ } { }", 1, 5, "unexpected {")]
    [InlineData("{ } | rate() | { }", 1, 16, "topk or bottomk")]
    [InlineData("{ } | rate() by (span.a + 1)", 1, 25, "expected , or )")]
    [InlineData("({ } | count() > 1) && { }", 1, 24, "must be in parentheses")]
    [InlineData("({ } | count() > 1) | { }", 1, 21, "nothing may follow")]
    [InlineData("({ } | rate())", 1, 8, "only end the whole query")]
    [InlineData("{ } with ()", 1, 11, "name of a hint")]
    [InlineData("{ } with (a)", 1, 12, "expected =")]
    public void Parse_OfWhatIsNoTraceQL_SaysWhereAndWhat(string query, int line, int column, string text)
    {
        Assert.False(TraceQLParser.TryParse(query, out _, out var error));
        Assert.Equal((TraceQLErrorKind.Parse, line, column), (error.Kind, error.Line, error.Column));
        Assert.StartsWith($"parse error at line {line}, col {column}: ", error.ToString(), StringComparison.Ordinal);
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Caret_PointsBelowTheLine()
    {
        var query = "{ true } |\n\tcuont() > 1";
        Assert.False(TraceQLParser.TryParse(query, out _, out var error));
        Assert.Equal("\tcuont() > 1\n\t^^^^^", error.Caret(query));
    }

    [Fact]
    public void Caret_OfALongLine_ShowsThePartAroundThePlace()
    {
        var query = "{ span.x = `" + string.Concat(Enumerable.Repeat("é😀", 5_000)) + "` && nmae = 1 }";
        Assert.False(TraceQLParser.TryParse(query, out _, out var error));
        var lines = error.Caret(query).Split('\n');
        Assert.InRange(lines[0].Length, 60, 180);
        Assert.StartsWith("...", lines[0], StringComparison.Ordinal);
        Assert.Equal("nmae", string.Concat(lines[0].EnumerateRunes().Skip(lines[1].IndexOf('^', StringComparison.Ordinal)).Take(4)));
        Assert.EndsWith(" ^^^^", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Describe_OfBothKinds_HasThePlaceAndTheLine()
    {
        Assert.False(TraceQLParser.TryParse("{ nmae = 1 }", out _, out var parse));
        Assert.Equal("parse error at line 1, col 3: unknown identifier: nmae; did you mean name?\n{ nmae = 1 }\n  ^^^^", parse.Describe("{ nmae = 1 }"));
        const string query = "{ true &&\n  name = 5 }";
        Assert.False(TraceQLCompiler.TryCompile(query, QueryUse.Search, out _, out var meaning));
        Assert.EndsWith(": name = 5\nline 2, col 3:\n  name = 5 }\n  ^^^^^^^^", meaning.Describe(query), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("{ (", ") }")]
    [InlineData("{ !", "")]
    [InlineData("{ -", "")]
    [InlineData("{ 1 ^ ", "")]
    [InlineData("{ } | by((", "))")]
    public void Parse_OfHundredThousandLevels_IsRefusedWithoutOverflow(string open, string close)
    {
        var core = open.Trim() is "(" ? "{ }" : "true }";
        var last = open.TrimStart('{', ' ')[^1..];
        var query = open + string.Concat(Enumerable.Repeat(last == " " ? "1 ^ " : last, 100_000)) + core + close;
        Assert.False(TraceQLParser.TryParse(query, out _, out var error));
        Assert.Contains(query.Length > TraceQLLimits.MaxQueryLength ? "characters long" : "nested too deeply", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_OfLongChains_IsBounded()
    {
        var fits = "{ " + string.Join(" || ", Enumerable.Range(0, TraceQLLimits.MaxDepth - 2).Select(i => $"span.a = {i}")) + " }";
        var compiled = TraceQLCompiler.Compile(fits);
        Assert.Equal(compiled, TraceQLCompiler.Compile(TraceQLFormatter.Format(compiled)));
        Assert.Equal(compiled.GetHashCode(), TraceQLCompiler.Compile(fits).GetHashCode());
        var tooLong = "{ " + string.Join("||", Enumerable.Repeat("true", TraceQLLimits.MaxDepth + 1)) + " }";
        Assert.False(TraceQLParser.TryParse(tooLong, out _, out var error));
        Assert.Contains("chains too many operators", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("span.x", "span.x")]
    [InlineData(".x", ".x")]
    [InlineData("resource.\"a b\"", "resource.\"a b\"")]
    [InlineData("trace:rootName", "rootName")]
    [InlineData("service.name", null)]
    [InlineData("x", null)]
    [InlineData("span.x = 1", null)]
    [InlineData("", null)]
    public void TryParseField_TakesNamesWithTheirScopeOnly(string text, string? expected)
    {
        Assert.Equal(expected is not null, TraceQLParser.TryParseField(text, out var field, out var error));
        Assert.Equal(expected, field is null ? null : CanonicalText.Of(field));
        Assert.Equal(expected is null, error is not null);
    }

    [Fact]
    public void Parse_OfAnyText_EndsInATreeOrAnError()
    {
        string[] pieces =
        [
            "{", "}", "(", ")", "|", "||", "&&", "!", "-", "=", ">", ">>", "!~", "=~", "span.a", ".", "name", "nil", "by", "count()", "rate()", "1", "1s",
            "\"a\"", "`", "\"", "\\", "#", "//", "/*", " ", "\n", ",", "with", "é", "😀", "\ud800", "\0", "parent.", "select(", "1.5.", "^", "compare(", "topk(1)",
        ];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 25].Select(string.Concat).Sample(
            query =>
            {
                if (!TraceQLParser.TryParse(query, out var parsed, out var error))
                {
                    Assert.InRange(error.Offset, 0, query.Length);
                    _ = error.Caret(query);
                }
                else
                {
                    Assert.Equal(parsed, TraceQLParser.Parse(TraceQLFormatter.Format(parsed)));
                }

                _ = TraceQLCompiler.TryCompile(query, QueryUse.Search, out _, out _);
                _ = AutocompleteFilter.Extract(query);
            },
            iter: 20_000);
    }

    [Fact]
    public void Parse_OfAFormattedTree_GivesTheTreeAgain() =>
        QueryGenerator.Queries.Sample(
            query =>
            {
                var text = TraceQLFormatter.Format(query);
                Assert.True(TraceQLParser.TryParse(text, out var parsed, out var error), $"{text}\n{error}");
                Assert.Equal(query, parsed);
            },
            iter: 5_000);
}
