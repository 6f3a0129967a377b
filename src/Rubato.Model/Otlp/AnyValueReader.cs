using System.Text;
using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>Reads an OTLP AnyValue message (spec/wire-formats.md 1.2) into a plain object.</summary>
public static class AnyValueReader
{
    /// <summary>Arrays in arrays deeper than this become empty values: the receiver refuses deeper ones before they are stored.</summary>
    public const int MaxDepth = 64;

    /// <summary>Never throws: malformed parts end the value there (what is stored was checked when it came in).</summary>
    public static AttributeValue Read(ReadOnlySpan<byte> message) => Read(message, 0);

    private static AttributeValue Read(ReadOnlySpan<byte> message, int depth)
    {
        var result = AttributeValue.Empty;
        var reader = new WireReader(message);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            // The last member wins, as in any protobuf oneof.
            switch (field, wireType)
            {
                case (1, 2) when reader.TryReadBytes(out var text):
                    result = AttributeValue.Of(Encoding.UTF8.GetString(text));
                    break;
                case (2, 0) when reader.TryReadVarint(out var flag):
                    result = AttributeValue.Of(flag != 0);
                    break;
                case (3, 0) when reader.TryReadVarint(out var number):
                    result = AttributeValue.Of((long)number);
                    break;
                case (4, 1) when reader.TryReadFixed64(out var bits):
                    result = AttributeValue.Of(BitConverter.UInt64BitsToDouble(bits));
                    break;
                case (5, 2) when reader.TryReadBytes(out var array):
                    result = depth < MaxDepth ? ReadArray(array, depth + 1) : AttributeValue.Empty;
                    break;
                case (6, 2) when reader.TryReadBytes(out var list):
                    result = depth < MaxDepth ? ReadKeyValueList(list, depth + 1) : AttributeValue.Empty;
                    break;
                case (7, 2) when reader.TryReadBytes(out var bytes):
                    result = AttributeValue.Of(bytes.ToArray());
                    break;
                default:
                    if (!reader.TrySkip(wireType)) return result;
                    break;
            }
        }

        return result;
    }

    private static AttributeValue ReadArray(ReadOnlySpan<byte> message, int depth)
    {
        var values = new List<AttributeValue>();
        var reader = new WireReader(message);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (field == 1 && wireType == 2)
            {
                if (!reader.TryReadBytes(out var value)) break;
                values.Add(Read(value, depth));
            }
            else if (!reader.TrySkip(wireType))
            {
                break;
            }
        }

        return AttributeValue.Of(values);
    }

    private static AttributeValue ReadKeyValueList(ReadOnlySpan<byte> message, int depth)
    {
        var values = new List<KeyValuePair<string, AttributeValue>>();
        var reader = new WireReader(message);
        while (!reader.AtEnd && Columns.OverflowColumn.TryNext(ref reader, out var key, out var value))
            values.Add(new(Encoding.UTF8.GetString(key), Read(value, depth)));
        return AttributeValue.Of(values);
    }
}
