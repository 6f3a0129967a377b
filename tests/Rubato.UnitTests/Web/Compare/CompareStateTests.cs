using Microsoft.AspNetCore.WebUtilities;
using Rubato.Web.Compare;
using Xunit;

namespace Rubato.UnitTests.Web.Compare;

public sealed class CompareStateTests
{
    [Theory]
    [InlineData("a1", "b2", false)]
    [InlineData("", "", true)]
    [InlineData("&b=x", "<script>", true)]
    public void The_address_holds_everything(string a, string b, bool onlyChanges)
    {
        var state = new CompareState(a, b, onlyChanges);
        var query = QueryHelpers.ParseQuery(state.ToAddress().Split('?')[1]);

        Assert.Equal(state, CompareState.Parse(query["a"], query["b"], query.TryGetValue("only", out var only) ? only.ToString() : null));
    }

    [Theory]
    [InlineData("0af7651916cd43dd8448eb211c80319c", null)]
    [InlineData("a", null)]
    [InlineData("", "A: enter the id of a trace")]
    [InlineData("x1", "A: 'x1' is no trace id; expected 1 to 32 hexadecimal digits")]
    [InlineData("0af7651916cd43dd8448eb211c80319c0", "A: '0af7651916cd43dd8448eb211c80319c0' is no trace id; expected 1 to 32 hexadecimal digits")]
    public void What_is_no_id_is_told(string id, string? expected) => Assert.Equal(expected, CompareState.Problem("A", id));

    [Fact]
    public void Ids_are_trimmed_and_cut() =>
        Assert.Equal(new CompareState("a", new string('f', 80), false), CompareState.Parse(" a ", new string('f', 10_000), "everything"));

    [Fact]
    public void Differences_have_a_sign_or_say_that_there_is_none()
    {
        Assert.Equal(["+12ms", "-3ms", "same"], new[] { 12_000_000L, -3_000_000, 0 }.Select(Differences.Duration));
        Assert.Equal(["+2", "-1,000", "same"], new[] { 2L, -1_000, 0 }.Select(Differences.Count));
        Assert.Equal(["+12.5%", "-50%", "", ""], new[] { Differences.Share(80, 90), Differences.Share(10, 5), Differences.Share(0, 5), Differences.Share(5, 5) });
    }
}
