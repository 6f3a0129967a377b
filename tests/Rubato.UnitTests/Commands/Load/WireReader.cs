using System.Buffers.Binary;

namespace Rubato.UnitTests.Commands.Load;

/// <summary>A plain protobuf reader, independent of the code under test: fields in order, anything malformed throws.</summary>
internal static class WireReader
{
    public static List<WireField> Read(ReadOnlySpan<byte> message)
    {
        List<WireField> fields = [];
        while (message.Length > 0)
        {
            ulong tag = Varint(ref message);
            int size = (tag & 7) switch
            {
                0 => 0,
                1 => 8,
                5 => 4,
                2 => checked((int)Varint(ref message)),
                _ => throw new InvalidDataException($"wire type {tag & 7}"),
            };
            ulong number = (tag & 7) == 0 ? Varint(ref message) : (tag & 7) == 1 ? BinaryPrimitives.ReadUInt64LittleEndian(message) : 0;
            fields.Add(new WireField((int)(tag >> 3), number, message[..size].ToArray()));
            message = message[size..];
        }

        return fields;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> message)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte next = message[0];
            message = message[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}

internal sealed record WireField(int Number, ulong Value, byte[] Content);
