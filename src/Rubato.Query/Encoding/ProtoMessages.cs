using Rubato.Model.Otlp;

namespace Rubato.Query.Encoding;

/// <summary>Members of the query API's messages; zero and empty ones are left out, as proto3 does.</summary>
internal static class ProtoMessages
{
    public static void Varint(this ProtoWriter writer, int field, ulong value)
    {
        if (value != 0) writer.WriteVarint(field, value);
    }

    public static void String(this ProtoWriter writer, int field, string value)
    {
        if (value.Length > 0) writer.WriteString(field, value);
    }

    public static void Message(this ProtoWriter writer, int field, Action<ProtoWriter> write)
    {
        var start = writer.BeginMessage(field);
        write(writer);
        writer.EndMessage(start);
    }

    public static void Double(this ProtoWriter writer, int field, double value)
    {
        if (value != 0) writer.WriteFixed64(field, BitConverter.DoubleToUInt64Bits(value));
    }
}
