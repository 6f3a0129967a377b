using Rubato.Web.Start;
using Rubato.Web.Status;
using Xunit;

namespace Rubato.UnitTests.Web.Start;

public sealed class SetupGuideTests
{
    private static readonly NamedAddress[] Both = [new("http", "http://127.0.0.1:3200"), new("otlp-grpc", "http://127.0.0.1:14317"), new("otlp-http (second)", "http://[::]:14318")];

    [Fact]
    public void All_NameTheRealAddresses()
    {
        var guide = new SetupGuide(Both, "rubato.example", "");

        Assert.Equal(("http://127.0.0.1:14317", "http://rubato.example:14318"), (guide.Grpc, guide.Http));
        Assert.All(guide.All, setup => Assert.True(setup.Text.Contains(guide.Http!, StringComparison.Ordinal) || setup.Text.Contains(guide.Grpc!, StringComparison.Ordinal), setup.Text));
        Assert.All(guide.All, setup => Assert.DoesNotContain("scope-orgid", setup.Text, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(guide.All.Count, guide.All.Select(setup => setup.Key).Distinct().Count());
    }

    [Fact]
    public void All_WithATenant_SendIt()
    {
        var guide = new SetupGuide(Both, "rubato.example", "it's-mine");

        Assert.All(guide.All, setup => Assert.Contains("mine", setup.Text, StringComparison.Ordinal));
    }

    [Fact]
    public void All_WithGrpcAlone_SpeakGrpc()
    {
        var guide = new SetupGuide([Both[1]], "x", "");

        Assert.Contains("PROTOCOL=grpc", guide.All.Single(setup => setup.Key == "java").Text, StringComparison.Ordinal);
        Assert.Contains("otlp/rubato", guide.All.Single(setup => setup.Key == "collector").Text, StringComparison.Ordinal);
        Assert.False(new SetupGuide([], "x", "").HasReceiver);
    }

    [Theory]
    [InlineData("http://0.0.0.0:4318", "http://shown:4318")]
    [InlineData("https://[::]:4318", "https://shown:4318")]
    [InlineData("http://10.0.0.1:4318", "http://10.0.0.1:4318")]
    [InlineData("nonsense", "nonsense")]
    public void Reachable_OfEveryInterface_IsTheHostOfTheBrowser(string address, string expected) => Assert.Equal(expected, SetupGuide.Reachable(address, "shown"));
}
