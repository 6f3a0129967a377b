using System.Text;
using Rubato.Web.Rehearsal;
using Xunit;

namespace Rubato.UnitTests.Web.Rehearsal;

/// <summary>The messages by which a page and its circuit talk; bytes as a browser sent and got them, written down by hand.</summary>
public sealed class BlazorMessageTests
{
    [Fact]
    public void What_is_written_is_read_again()
    {
        var call = BlazorMessage.Call("0", "StartCircuit", "http://localhost/", null, true, false, 70_000L, new string('x', 300));

        var message = Assert.Single(BlazorMessage.Read(call));

        Assert.Equal(BlazorMessage.Invocation, message[0]);
        Assert.Equal("0", message[2]);
        Assert.Equal("StartCircuit", message[3]);
        Assert.Equal(["http://localhost/", null, true, false, 70_000L, new string('x', 300)], Assert.IsType<object?[]>(message[4]));
    }

    [Fact]
    public void Several_messages_come_in_one_answer()
    {
        byte[] ping = [0x02, 0x91, 0x06];
        // [1, {}, nil, "JS.RenderBatch", [2, 3 bytes], []]
        byte[] batch = [0x1b, 0x96, 0x01, 0x80, 0xc0, 0xae, .. "JS.RenderBatch"u8, 0x92, 0x02, 0xc4, 0x03, 0x07, 0x08, 0x09, 0x90];

        var messages = BlazorMessage.Read([.. ping, .. batch]).ToList();

        Assert.Equal(6L, Assert.Single(messages[0]));
        Assert.Equal("JS.RenderBatch", messages[1][3]);
        var arguments = Assert.IsType<object?[]>(messages[1][4]);
        Assert.Equal(2L, arguments[0]);
        Assert.Equal([7, 8, 9], Assert.IsType<byte[]>(arguments[1]));
    }

    [Theory]
    [InlineData(new byte[] { 0xcc, 0xff }, 255L)]
    [InlineData(new byte[] { 0xcd, 0x01, 0x00 }, 256L)]
    [InlineData(new byte[] { 0xce, 0x00, 0x01, 0x00, 0x00 }, 65_536L)]
    [InlineData(new byte[] { 0xff }, -1L)]
    [InlineData(new byte[] { 0xd0, 0x80 }, -128L)]
    [InlineData(new byte[] { 0xd1, 0x80, 0x00 }, -32_768L)]
    [InlineData(new byte[] { 0xd2, 0xff, 0xff, 0xff, 0xfe }, -2L)]
    public void A_number_of_any_width_is_a_number(byte[] bytes, long expected) =>
        Assert.Equal(expected, Assert.Single(Assert.Single(BlazorMessage.Read([(byte)(bytes.Length + 1), 0x91, .. bytes]))));

    [Theory]
    [InlineData(new byte[] { 0x05, 0x91 }, "cut off")]
    [InlineData(new byte[] { 0x80 }, "no length")]
    [InlineData(new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0x01 }, "no length")]
    [InlineData(new byte[] { 0x01, 0x06 }, "no array")]
    [InlineData(new byte[] { 0x02, 0x92, 0x06 }, "shorter")]
    [InlineData(new byte[] { 0x03, 0x91, 0xc4, 0x05 }, "shorter")]
    [InlineData(new byte[] { 0x02, 0x91, 0xc1 }, "0xc1")]
    [InlineData(new byte[] { 0x0b, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x90 }, "nested")]
    [InlineData(new byte[] { 0x06, 0x91, 0xdb, 0xff, 0xff, 0xff, 0xff }, "shorter")]
    public void What_is_no_message_is_refused_in_words(byte[] bytes, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => BlazorMessage.Read(bytes).ToList()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_long_call_says_its_length_in_several_bytes()
    {
        var call = BlazorMessage.Call(null, "M", new string('y', 20_000));

        var message = Assert.Single(BlazorMessage.Read(call));

        Assert.Equal(20_000, Encoding.UTF8.GetByteCount(Assert.IsType<string>(Assert.Single(Assert.IsType<object?[]>(message[4])))));
    }
}
