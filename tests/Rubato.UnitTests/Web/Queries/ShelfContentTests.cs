using System.Text.Json;
using Rubato.Web.Queries;
using Xunit;

namespace Rubato.UnitTests.Web.Queries;

public sealed class ShelfContentTests
{
    [Fact]
    public void Used_KeepsTheLatestFirstAndEachOnce()
    {
        var shelf = Enumerable.Range(0, 30).Aggregate(ShelfContent.Empty, (s, i) => s.Used($"{{ {i} }}")).Used("{ 20 }");

        Assert.Equal(ShelfContent.MostRecent, shelf.Recent.Count);
        Assert.Equal(["{ 20 }", "{ 29 }"], shelf.Recent.Take(2));
        Assert.Single(shelf.Recent, "{ 20 }");
    }

    [Fact]
    public void Saved_AreNamedRenamedAndDeleted()
    {
        var shelf = ShelfContent.Empty.Save("slow", "{ a }").Save("failed", "{ b }").Save("slow", "{ c }").Rename("failed", "broken").Save(" ", "{ d }");

        Assert.Equal([new SavedQuery("broken", "{ b }"), new SavedQuery("slow", "{ c }")], shelf.Saved);
        Assert.Empty(shelf.Delete("broken").Delete("slow").Saved);
    }

    [Fact]
    public void Parse_OfWhatWasWritten_IsTheSame()
    {
        var shelf = ShelfContent.Empty.Used("{ a }").Save("n", "{ b }");

        var read = ShelfContent.Parse(JsonSerializer.Serialize(shelf));

        Assert.Equal(shelf.Recent, read.Recent);
        Assert.Equal(shelf.Saved, read.Saved);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("{\"Recent\":[null,\"\"],\"Saved\":[null,{\"Name\":\"\",\"Query\":\"x\"}]}")]
    public void Parse_OfAnythingElse_IsEmpty(string? kept)
    {
        var read = ShelfContent.Parse(kept);

        Assert.Empty(read.Recent);
        Assert.Empty(read.Saved);
    }
}
