using System.Buffers.Text;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>What a tag's value is. The wire numbers differ: gRPC and Thrift do not count in the same order (spec/wire-formats.md 2, 3.1).</summary>
internal enum JaegerTagType
{
    String,
    Bool,
    Long,
    Double,
    Binary,
    Unknown,
}

/// <summary>A tag or a log's field, in place.</summary>
internal ref struct JaegerTag
{
    public ReadOnlySpan<byte> Key;

    /// <summary>The text or the bytes.</summary>
    public ReadOnlySpan<byte> Text;

    public JaegerTagType Type;

    /// <summary>The integer, 0 or 1, the double's bits, or the number of an unknown type.</summary>
    public long Number;

    public readonly bool IsText(scoped ReadOnlySpan<byte> key) => Type == JaegerTagType.String && Key.SequenceEqual(key);

    /// <summary>Writes it as OTLP attribute.</summary>
    /// <param name="field">Of the message that is open, see <see cref="OtlpAttribute"/>.</param>
    public readonly void Write(ProtoWriter writer, int field)
    {
        switch (Type)
        {
            case JaegerTagType.String:
                OtlpAttribute.Text(writer, field, Key, Text);
                break;
            case JaegerTagType.Bool:
                OtlpAttribute.Bool(writer, field, Key, Number != 0);
                break;
            case JaegerTagType.Long:
                OtlpAttribute.Int(writer, field, Key, Number);
                break;
            case JaegerTagType.Double:
                OtlpAttribute.Double(writer, field, Key, BitConverter.Int64BitsToDouble(Number));
                break;
            case JaegerTagType.Binary:
                OtlpAttribute.Bytes(writer, field, Key, Text);
                break;
            default:
                Span<byte> number = stackalloc byte[24];
                Utf8Formatter.TryFormat(Number, number, out var digits);
                number[digits++] = (byte)'>';
                OtlpAttribute.Text(writer, field, Key, "<Unknown Jaeger TagType "u8, number[..digits]);
                break;
        }
    }
}
