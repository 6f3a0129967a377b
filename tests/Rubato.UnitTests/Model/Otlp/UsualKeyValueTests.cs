using System.Text;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;
using Rubato.Model.Spans;
using Xunit;

namespace Rubato.UnitTests.Model.Otlp;

/// <summary>The short way for attributes against the long one, on messages of the usual form and on damaged ones.</summary>
public sealed class UsualKeyValueTests
{
    [Theory]
    [InlineData("0A016B12020A00", true)] // empty text
    [InlineData("0A00120318AC02", true)] // empty key, 300
    [InlineData("0A016B12021001", true)]
    [InlineData("0A016B120B18FFFFFFFFFFFFFFFFFF01", true)] // -1
    [InlineData("0A016B120B18FFFFFFFFFFFFFFFFFF02", false)] // 65 bits
    [InlineData("0A016B120C1880808080808080808080808001", false)] // 11 bytes
    [InlineData("0A016B12031801AC", false)] // two numbers
    [InlineData("0A016B12021880", false)] // cut off
    [InlineData("0A016B12092100000000000000F03F", false)] // length says 9, 10 are there
    [InlineData("0A016B12092100000000000000F0", true)]
    [InlineData("0A016B12030A0161", true)]
    [InlineData("0A016B12030A0261", false)] // text goes on past its value
    [InlineData("0A016B1200", false)] // no member
    [InlineData("12020A00", false)] // no key
    public void Form_is_told_from_what_only_looks_like_it(string hex, bool usual) =>
        Assert.Equal(usual, UsualKeyValue.Is(Convert.FromHexString(hex), out _));

    [Fact]
    public void What_has_the_form_is_well_formed_and_read_as_the_long_way_reads_it()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var usual = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var message = Message(random);
            if (!UsualKeyValue.Is(message, out _)) continue;
            usual++;
            var walk = new OtlpWalk(message);
            Assert.True(walk.CheckMessage(OtlpMessage.KeyValue, 0, message.Length, 0), $"seed {seed}: {Convert.ToHexString(message)}");

            var builder = new SpanBatchBuilder();
            builder.AddSpan(new SpanHeader { Name = "n"u8 }, 0, 0);
            Assert.True(builder.SpanAttributes.TryAddUsual(0, message));
            var column = Assert.Single(builder.Snapshot().Attributes);
            Assert.Equal(Encoding.UTF8.GetString(OtlpFields.LastBytes(message, 1)), column.Key);
            var expected = AnyValueReader.Read(OtlpFields.LastBytes(message, 2));
            Assert.True(expected.Equals(ValueOf(column.Values)), $"seed {seed}: {Convert.ToHexString(message)}");
        }

        Assert.True(usual > 20_000, $"only {usual} of the messages had the form");
    }

    private static AttributeValue ValueOf(ColumnVector column) => column switch
    {
        StringVector text => AttributeValue.Of(Encoding.UTF8.GetString(text[0])),
        Int64Vector integer => AttributeValue.Of(integer.Values[0]),
        DoubleVector real => AttributeValue.Of(real.Values[0]),
        BoolVector truth => AttributeValue.Of(truth.Values[0]),
        _ => throw new InvalidOperationException(column.Type.ToString()),
    };

    /// <summary>A key and a value; in half of the cases with a byte changed.</summary>
    private static byte[] Message(Random random)
    {
        var value = new List<byte>();
        switch (random.Next(4))
        {
            case 0:
                var text = Enumerable.Range(0, random.Next(60)).Select(_ => (byte)random.Next('a', 'z')).ToArray();
                value.AddRange([0x0A, (byte)text.Length, .. text]);
                break;
            case 1:
                value.Add(0x21);
                value.AddRange(BitConverter.GetBytes(random.NextDouble()));
                break;
            case 2:
                value.AddRange([0x10, (byte)random.Next(2)]);
                break;
            default:
                var raw = new byte[10];
                value.Add(0x18);
                value.AddRange(raw[..AnyValueWire.WriteVarint(raw, (ulong)random.NextInt64() >> random.Next(63))]);
                break;
        }

        var key = Enumerable.Range(0, random.Next(20)).Select(_ => (byte)random.Next('a', 'z')).ToArray();
        byte[] message = [0x0A, (byte)key.Length, .. key, 0x12, (byte)value.Count, .. value];
        if (random.Next(2) == 0) message[random.Next(message.Length)] = (byte)random.Next(256);
        return message;
    }
}
