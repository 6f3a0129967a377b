using Rubato.Model.Columns;

namespace Rubato.Model.Otlp;

/// <summary>Decodes KeyValue messages into attribute columns.</summary>
internal static class OtlpAttributes
{
    /// <summary>Adds all attributes of a message, which are its fields with the given number.</summary>
    public static void AddAll(AttributeTableBuilder table, int row, ReadOnlySpan<byte> message, int attributeField)
    {
        var reader = new WireReader(message);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (field == attributeField && wireType == 2)
            {
                if (!reader.TryReadBytes(out var keyValue)) return;
                Add(table, row, keyValue);
            }
            else if (!reader.TrySkip(wireType))
            {
                return;
            }
        }
    }

    public static void Add(AttributeTableBuilder table, int row, ReadOnlySpan<byte> keyValue)
    {
        if (table.TryAddUsual(row, keyValue)) return;
        ReadOnlySpan<byte> key = default, value = default;
        var reader = new WireReader(keyValue);
        while (!reader.AtEnd && reader.TryReadTag(out var field, out var wireType))
        {
            if (wireType != 2)
            {
                if (!reader.TrySkip(wireType)) break;
                continue;
            }

            if (!reader.TryReadBytes(out var bytes)) break;
            if (field == 1) key = bytes;
            else if (field == 2) value = bytes;
        }

        AddValue(table, row, key, value);
    }

    /// <summary>The member that comes last counts, as in any protobuf oneof.</summary>
    private static void AddValue(AttributeTableBuilder table, int row, ReadOnlySpan<byte> key, ReadOnlySpan<byte> anyValue)
    {
        var member = 0;
        ReadOnlySpan<byte> last = default;
        ReadOnlySpan<byte> text = default;
        ulong bits = 0;
        var reader = new WireReader(anyValue);
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) break;
            switch (field, wireType)
            {
                case (1 or 5 or 6 or 7, 2) when reader.TryReadBytes(out text):
                case (2 or 3, 0) when reader.TryReadVarint(out bits):
                case (4, 1) when reader.TryReadFixed64(out bits):
                    member = field;
                    last = anyValue[at..reader.Position];
                    break;
                default:
                    if (!reader.TrySkip(wireType)) goto end;
                    break;
            }
        }

        end:
        switch (member)
        {
            case 1:
                table.AddString(row, key, text);
                break;
            case 2:
                table.AddBool(row, key, bits != 0);
                break;
            case 3:
                table.AddInt64(row, key, (long)bits);
                break;
            case 4:
                table.AddDouble(row, key, BitConverter.UInt64BitsToDouble(bits));
                break;
            default:
                // Only the member that counts is kept: whoever reads a stored value may then trust its first field.
                table.AddAny(row, key, last);
                break;
        }
    }
}
