using System.Buffers.Binary;

namespace Rubato.Commands.Load.Encodings;

/// <summary>Thrift's binary protocol (spec/wire-formats.md 3.2) at the end of the message that is open.</summary>
internal readonly struct ThriftOutput(LoadMessages messages)
{
    private const byte BoolType = 2, IntType = 8, LongType = 10, TextType = 11, StructType = 12, ListType = 15;

    public void Bool(short id, bool value)
    {
        Field(BoolType, id);
        Byte(value ? (byte)1 : (byte)0);
    }

    public void Int(short id, int value)
    {
        Field(IntType, id);
        Raw(value);
    }

    public void Long(short id, long value)
    {
        Field(LongType, id);
        BinaryPrimitives.WriteInt64BigEndian(messages.GetSpan(8), value);
        messages.Advance(8);
    }

    public void Text(short id, ReadOnlySpan<byte> value)
    {
        Field(TextType, id);
        Raw(value.Length);
        value.CopyTo(messages.GetSpan(value.Length));
        messages.Advance(value.Length);
    }

    /// <summary>Until <see cref="EndStruct"/>, which ends elements of lists and the outermost struct too.</summary>
    public void BeginStruct(short id) => Field(StructType, id);

    public void EndStruct() => Byte(0);

    /// <summary>A list of structs whose count <see cref="EndList"/> fills in.</summary>
    public int BeginList(short id)
    {
        Field(ListType, id);
        Byte(StructType);
        Raw(0);
        return messages.Written.Length - 4;
    }

    public void EndList(int begun, int count) => BinaryPrimitives.WriteInt32BigEndian(messages.Written[begun..], count);

    private void Field(byte type, short id)
    {
        Byte(type);
        BinaryPrimitives.WriteInt16BigEndian(messages.GetSpan(2), id);
        messages.Advance(2);
    }

    private void Byte(byte value)
    {
        messages.GetSpan(1)[0] = value;
        messages.Advance(1);
    }

    private void Raw(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(messages.GetSpan(4), value);
        messages.Advance(4);
    }
}
