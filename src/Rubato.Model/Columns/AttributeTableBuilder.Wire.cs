using System.Buffers.Binary;
using Rubato.Model.Otlp;

namespace Rubato.Model.Columns;

internal sealed partial class AttributeTableBuilder
{
    // Keys and texts of the usual form are shorter than this, so that no limit can cut them.
    private readonly bool _cutsNothingShort = limits.MaxAttributeBytes >= 128;

    /// <summary>Adds a KeyValue message of the usual form. False, and nothing added, for any other and for what has no column.</summary>
    public bool TryAddUsual(int row, ReadOnlySpan<byte> keyValue)
    {
        if (!UsualKeyValue.Is(keyValue, out var valueAt) || !_cutsNothingShort) return false;
        if (SlotOf(keyValue[2..(valueAt - 2)]) is not { } slot) return false;
        var value = keyValue[valueAt..];
        return value[0] switch
        {
            0x0A => TryAddText(slot, row, value[2..]),
            0x18 => TryAddInt(slot, row, (long)UsualKeyValue.Varint(value)),
            0x10 => TryAddBool(slot, row, UsualKeyValue.Varint(value) != 0),
            _ => TryAddDouble(slot, row, BinaryPrimitives.ReadDoubleLittleEndian(value[1..])),
        };
    }
}
