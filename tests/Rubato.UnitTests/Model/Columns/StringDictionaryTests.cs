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

    [Fact]
    public void Without_interning_every_value_is_an_entry_and_earlier_codes_stay()
    {
        var dictionary = new StringDictionary(4);
        Assert.Equal(0, dictionary.GetOrAdd("a"u8));
        dictionary.StopInterning();
        Assert.False(dictionary.IsInterning);
        Assert.Equal(-1, dictionary.Find("a"u8));
        for (var i = 1; i <= 200; i++) Assert.Equal(i, dictionary.GetOrAdd("a"u8));
        Assert.Equal(201, dictionary.View.Count);
        for (var i = 0; i <= 200; i++) Assert.Equal("a", dictionary.View.GetString(i));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(700)]
    [InlineData(90_000)]
    public void Guess_of_the_size_changes_no_code(int guess)
    {
        var dictionary = new StringDictionary();
        dictionary.Expect(guess, guess);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 3_000; i++) Assert.Equal(i, dictionary.GetOrAdd(Encoding.UTF8.GetBytes("v" + i)));
        }
    }

    [Fact]
    public void Every_length_of_text_is_found_again()
    {
        var dictionary = new StringDictionary();
        var text = new byte[70];
        for (var length = 0; length <= text.Length; length++)
        {
            Assert.Equal(length, dictionary.GetOrAdd(text.AsSpan(0, length)));
            Assert.Equal(length, dictionary.Find(new byte[length]));
        }
    }
}
