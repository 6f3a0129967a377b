using Rubato.TraceQL.Syntax;
using Xunit;

namespace Rubato.UnitTests.TraceQL.Syntax;

/// <summary>What fuzzing found in the lexer.</summary>
public sealed class LexerFindingsTests
{
    [Theory]
    [InlineData("{ span.a = \"é\\", 12, "literal not terminated")]
    [InlineData("{ span.a = \"\\", 12, "literal not terminated")]
    [InlineData("{ span.\"a\\", 10, "invalid char escape")]
    [InlineData("{ span.a = \"\\u12", 13, "invalid char escape")]
    public void An_escape_cut_off_by_the_end_of_the_query_is_an_error_inside_the_text(string query, int column, string message)
    {
        Assert.False(TraceQLParser.TryParse(query, out _, out var error));
        Assert.Equal(column, error.Column);
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\0', error.Message);
        Assert.InRange(error.Span.End, error.Span.Start, query.Length);
    }

    [Fact]
    public void An_error_about_a_very_long_token_stays_short()
    {
        Assert.False(TraceQLParser.TryParse($"{{ {new string('x', 100_000)} = 1 }}", out _, out var error));
        Assert.StartsWith("unknown identifier: xxx", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 1, 1000);
    }
}
