using Rubato.Commands.Query;
using Xunit;

namespace Rubato.UnitTests.Commands.Query;

public sealed class QueryErrorsTests
{
    [Fact]
    public void Describe_OfATextWithItsOwnCaret_PutsTheStatusBehindTheSentence() => Assert.Equal(
        "invalid TraceQL query: no (HTTP 400)\nline 1, col 3:\n{ x }\n  ^", Describe("{ x }", 400, "invalid TraceQL query: no\nline 1, col 3:\n{ x }\n  ^\n"));

    [Fact]
    public void Describe_ServerNamesAPlace_DrawsACaretUnderIt() => Assert.Equal(
        "invalid TraceQL query: parse error at line 2, col 5: unexpected foo (HTTP 400)\n    && foo }\n      ^",
        Describe("{ status = error\n  && foo }", 400, "invalid TraceQL query: parse error at line 2, col 5: unexpected foo\n"));

    [Theory]
    [InlineData("parse error at line 9, col 1: x")]
    [InlineData("parse error at line 1, col 999: x")]
    [InlineData("parse error at line 0, col 0: x")]
    public void Describe_PlaceOutsideTheQuery_AddsNothing(string body) => Assert.Equal($"{body} (HTTP 400)", Describe("{ }", 400, body));

    [Fact]
    public void Describe_NotFoundWithoutText_SaysWhatWasNotFound() =>
        Assert.Equal("trace ab not found", QueryErrors.Describe(new TempoRequest("api/traces/ab", [], NotFound: "trace ab not found"), 404, ""));

    [Fact]
    public void Describe_NoText_NamesTheStatus() => Assert.Equal("the server answered 502 without saying why", Describe("{ }", 502, " "));

    private static string Describe(string query, int status, string body) =>
        QueryErrors.Describe(new TempoRequest("api/search", [], TraceQL: query), status, body);
}
