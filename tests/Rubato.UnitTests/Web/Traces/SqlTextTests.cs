using CsCheck;
using Rubato.Web.Traces;
using Xunit;

namespace Rubato.UnitTests.Web.Traces;

public sealed class SqlTextTests
{
    private static readonly string[] Words = ["SELECT", "FROM", "x", "'a AND b'", "AND", "(", "BETWEEN", "\"", "1,", "union"];

    [Fact]
    public void Lines_OfAQuery_HasALineForEachClause() => Assert.Equal(
        ["SELECT a, b", "FROM t", "LEFT JOIN u ON u.id = t.id", "WHERE a = 'x AND y'", "  AND b BETWEEN 1 AND 2", "  or c = \"FROM\"", "ORDER BY a", "LIMIT 10"],
        SqlText.Lines("SELECT a, b FROM t LEFT JOIN u ON u.id = t.id WHERE a = 'x AND y' AND b BETWEEN 1 AND 2 or c = \"FROM\" ORDER BY a LIMIT 10"));

    [Theory]
    [InlineData("DELETE FROM t WHERE id = ?", new[] { "DELETE FROM t", "WHERE id = ?" })]
    [InlineData("INSERT INTO t VALUES (?, ?)", new[] { "INSERT INTO t", "VALUES (?, ?)" })]
    [InlineData("SELECT 1 FOR UPDATE", new[] { "SELECT 1 FOR UPDATE" })]
    [InlineData("GET key", new[] { "GET key" })]
    [InlineData("SELECT 'it never ends FROM t", new[] { "SELECT 'it never ends FROM t" })]
    [InlineData("SELECT a\nFROM t", new[] { "SELECT a\nFROM t" })]
    [InlineData("", new[] { "" })]
    public void Lines_OfOtherTexts_BreaksOnlyBeforeClauses(string text, string[] expected) => Assert.Equal(expected, SqlText.Lines(text));

    [Fact]
    public void Lines_OfAnyText_ChangeOnlyWhiteSpace() =>
        Gen.Int[0, Words.Length - 1].Array[0, 30].Select(words => string.Join(' ', words.Select(w => Words[w]))).Sample(text =>
            Assert.Equal(Bare(text), Bare(string.Concat(SqlText.Lines(text)))));

    private static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
}
