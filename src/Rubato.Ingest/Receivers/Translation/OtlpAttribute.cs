using System.Buffers.Binary;
using System.Buffers.Text;
using Rubato.Model.Columns;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Translation;

/// <summary>
/// Writes OTLP attributes (KeyValue{1 key, 2 AnyValue}, spec/wire-formats.md 1.2) from UTF-8 bytes. Lengths are known before, so
/// nothing is moved as it would be with <see cref="ProtoWriter.BeginMessage"/>.
/// </summary>
internal static class OtlpAttribute
{
    /// <summary>The field of a Resource that holds its attributes.</summary>
    public const int OfResource = 1;

    /// <summary>The field of a Span that holds its attributes.</summary>
    public const int OfSpan = 9;

    /// <summary>The field of a Span.Event that holds its attributes.</summary>
    public const int OfEvent = 3;

    /// <summary>The field of a Span.Link that holds its attributes.</summary>
    public const int OfLink = 4;

    private const int StringTag = 0x0A, BoolTag = 0x10, IntTag = 0x18, DoubleTag = 0x21, BytesTag = 0x3A;

    /// <param name="writer">Stands inside the message that has the attribute.</param>
    /// <param name="field">One of the constants here.</param>
    public static void Text(ProtoWriter writer, int field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Sized(writer, field, key, StringTag, [], value);

    /// <summary>The value in two parts, as for a fixed text in front of what was sent.</summary>
    public static void Text(ProtoWriter writer, int field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ReadOnlySpan<byte> rest) =>
        Sized(writer, field, key, StringTag, value, rest);

    public static void Bytes(ProtoWriter writer, int field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Sized(writer, field, key, BytesTag, [], value);

    public static void Bool(ProtoWriter writer, int field, ReadOnlySpan<byte> key, bool value)
    {
        var any = Begin(writer, field, key, 2);
        any[0] = BoolTag;
        any[1] = value ? (byte)1 : (byte)0;
        writer.Advance(2);
    }

    public static void Int(ProtoWriter writer, int field, ReadOnlySpan<byte> key, long value)
    {
        var size = 1 + AnyValueWire.VarintSize((ulong)value);
        var any = Begin(writer, field, key, size);
        any[0] = IntTag;
        AnyValueWire.WriteVarint(any[1..], (ulong)value);
        writer.Advance(size);
    }

    public static void Double(ProtoWriter writer, int field, ReadOnlySpan<byte> key, double value)
    {
        var any = Begin(writer, field, key, 9);
        any[0] = DoubleTag;
        BinaryPrimitives.WriteDoubleLittleEndian(any[1..], value);
        writer.Advance(9);
    }

    /// <summary>Whether a text is a whole number, as <c>200</c>.</summary>
    public static bool TryParseInt(ReadOnlySpan<byte> text, out long value) => Utf8Parser.TryParse(text, out value, out var read) && read == text.Length;

    private static void Sized(ProtoWriter writer, int field, ReadOnlySpan<byte> key, byte tag, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = first.Length + second.Length;
        var size = 1 + AnyValueWire.VarintSize((ulong)length) + length;
        var any = Begin(writer, field, key, size);
        any[0] = tag;
        var at = 1 + AnyValueWire.WriteVarint(any[1..], (ulong)length);
        first.CopyTo(any[at..]);
        second.CopyTo(any[(at + first.Length)..]);
        writer.Advance(size);
    }

    // Everything up to the AnyValue's content, for which there is room in what is returned.
    private static Span<byte> Begin(ProtoWriter writer, int field, ReadOnlySpan<byte> key, int anySize)
    {
        var keySize = key.Length == 0 ? 0 : 1 + AnyValueWire.VarintSize((ulong)key.Length) + key.Length;
        var valueSize = 1 + AnyValueWire.VarintSize((ulong)anySize) + anySize;
        var span = writer.GetSpan(11 + keySize + valueSize);
        span[0] = (byte)((field << 3) | 2);
        var at = 1 + AnyValueWire.WriteVarint(span[1..], (ulong)(keySize + valueSize));
        if (key.Length > 0)
        {
            span[at++] = 0x0A;
            at += AnyValueWire.WriteVarint(span[at..], (ulong)key.Length);
            key.CopyTo(span[at..]);
            at += key.Length;
        }

        span[at++] = 0x12;
        at += AnyValueWire.WriteVarint(span[at..], (ulong)anySize);
        writer.Advance(at);
        return span[at..];
    }
}
