using Rubato.TraceQL.Semantics;
using Rubato.Web.Explore;
using Xunit;

namespace Rubato.UnitTests.Web.Explore;

public sealed class ExploreBoxTests
{
    private const string Text = "1700000000000-1700000060000-1000000-2000000";

    [Fact]
    public void A_box_of_an_address_is_the_selection_of_the_comparison()
    {
        var state = State("duration", "comparison") with { Box = ExploreBox.Parse(Text) };

        var query = ExploreQueries.Comparison(state, TimeSpan.FromSeconds(1));

        Assert.Equal("{ } | compare({ duration > 1000000ns && duration <= 2000000ns }, 100, 1700000000000000000, 1700000060000000000)", query);
        Assert.True(TraceQLCompiler.TryCompile(query, QueryUse.Metrics, out _, out _));
        Assert.Contains("box=" + Text, state.ToAddress(), StringComparison.Ordinal);
    }

    [Fact]
    public void Elsewhere_a_box_is_kept_and_does_nothing()
    {
        var state = State("errors", "comparison") with { Box = ExploreBox.Parse(Text) };

        Assert.Equal("{ } | compare({ status = error }, 100)", ExploreQueries.Comparison(state, TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1-2-3")]
    [InlineData("2-1-3-4")]
    [InlineData("1-2-4-3")]
    [InlineData("0-2-3-4")]
    [InlineData("-1-2-3-4")]
    [InlineData("1-9223372036854775807-3-4")]
    [InlineData("1-2-3-a")]
    public void Parse_OfWhatIsNoBox_IsNone(string? text) => Assert.Null(ExploreBox.Parse(text));

    private static ExploreState State(string signal, string tab) => ExploreState.Parse(signal, "all", tab, null, null, null, null, null, DateTimeOffset.UnixEpoch);
}
