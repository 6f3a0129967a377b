using Rubato.Web.Queries;
using Xunit;

namespace Rubato.UnitTests.Web.Queries;

public sealed class CompletionsTests
{
    [Fact]
    public void Matching_PutsBeginningsFirstThenPartsThenTheRest()
    {
        Completion[] all = [new("unhttp", ""), new("span.http.route", ""), new("http", ""), new("httpx", ""), new("other", ""), new("httpx", "")];

        Assert.Equal(["httpx", "span.http.route", "unhttp"], Completions.Matching(all, "http").Select(c => c.Text));
    }

    [Fact]
    public void Matching_IsBounded() => Assert.Equal(Completions.MostShown, Completions.Matching(Enumerable.Range(0, 500).Select(i => new Completion($"v{i}", "")), "v").Count);

    [Theory]
    [InlineData("status", "error")]
    [InlineData("kind", "server")]
    [InlineData("duration", "100ms")]
    public void Language_KnowsTheValuesOfItsOwnFields(string field, string value) =>
        Assert.Contains(LanguageCompletions.For(new CompletionContext(CompletionKind.Value, "", 0, 0, field)), c => c.Label == value);
}
