using System.Text;
using Rubato.Model.Columns;
using Xunit;

namespace Rubato.UnitTests.Model.Columns;

public sealed class StringDictionaryTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    [InlineData(64)]
    public void Grows_past_its_capacity_several_times_and_keeps_every_code(int capacity)
    {
        var dictionary = new StringDictionary(capacity);
        for (var i = 0; i < 5_000; i++) Assert.Equal(i, dictionary.GetOrAdd(Encoding.UTF8.GetBytes("value " + i)));
        for (var i = 0; i < 5_000; i++)
        {
            var text = Encoding.UTF8.GetBytes("value " + i);
            Assert.Equal(i, dictionary.Find(text));
            Assert.Equal(text, dictionary[i].ToArray());
        }

        Assert.Equal(-1, dictionary.Find("value 5000"u8));
    }

    [Fact]
    public void View_stays_as_it_was_while_the_dictionary_grows()
    {
        var dictionary = new StringDictionary(4);
        dictionary.GetOrAdd(""u8);
        dictionary.GetOrAdd("b"u8);
        var view = dictionary.View;
        for (var i = 0; i < 100; i++) dictionary.GetOrAdd(Encoding.UTF8.GetBytes("x" + i));
        Assert.Equal(2, view.Count);
        Assert.Equal("", view.GetString(0));
        Assert.Equal("b", view.GetString(1));
    }
}
