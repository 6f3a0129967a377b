using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace Rubato.Model.Columns;

/// <summary>
/// The attribute columns of one owner (resource, scope, span, event or link) of a batch that is being filled. Rows must
/// come in ascending order. Keys beyond the column limit, and a second value of one type for one key on one row, go to
/// the overflow column: per row the bytes of a list of OTLP KeyValue messages (each as protobuf field 1), so nothing is lost.
/// </summary>
internal sealed partial class AttributeTableBuilder(AttributeOwner owner, BatchLimits limits, BatchCounters counters, TableShape expected)
{
    private readonly StringDictionary _keys = new(64);
    private AttributeSlot[] _slots = new AttributeSlot[64];
    private AttributeSlot _last = new([], default);
    private int _columns;

    // Overflow of the current row is collected here and added when the row is complete.
    private readonly ArrayBufferWriter<byte> _overflow = new();
    private int _overflowRow = -1;

    public StringColumnBuilder? Overflow { get; private set; }

    public AttributeOwner Owner => owner;

    public void AddString(int row, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        key = Truncate(key);
        value = Truncate(value);
        if (SlotOf(key) is not { } slot || !TryAddText(slot, row, value)) AddOverflow(row, key, AnyValueWire.String, value);
    }

    public void AddInt64(int row, ReadOnlySpan<byte> key, long value)
    {
        key = Truncate(key);
        if (SlotOf(key) is { } slot && TryAddInt(slot, row, value)) return;
        Span<byte> raw = stackalloc byte[10];
        AddOverflow(row, key, AnyValueWire.Int, raw[..AnyValueWire.WriteVarint(raw, (ulong)value)]);
    }

    public void AddDouble(int row, ReadOnlySpan<byte> key, double value)
    {
        key = Truncate(key);
        if (SlotOf(key) is { } slot && TryAddDouble(slot, row, value)) return;
        Span<byte> raw = stackalloc byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(raw, value);
        AddOverflow(row, key, AnyValueWire.Double, raw);
    }

    public void AddBool(int row, ReadOnlySpan<byte> key, bool value)
    {
        key = Truncate(key);
        if (SlotOf(key) is { } slot && TryAddBool(slot, row, value)) return;
        AddOverflow(row, key, AnyValueWire.Bool, [value ? (byte)1 : (byte)0]);
    }

    /// <summary>Adds a value whose AnyValue message is kept as bytes: array, key-value list, bytes or empty.</summary>
    public void AddAny(int row, ReadOnlySpan<byte> key, ReadOnlySpan<byte> anyValueMessage)
    {
        key = Truncate(key);
        var slot = SlotOf(key);
        var column = slot?.Any;
        if (column is null && slot is not null && MayAddColumn()) column = slot.Any = new StringColumnBuilder(ColumnType.Any, limits);
        if (column is null || column.LastRow == row)
        {
            AddOverflow(row, key, AnyValueWire.Message, anyValueMessage);
            return;
        }

        column.Add(row, column.Dictionary.GetOrAdd(anyValueMessage));
    }

    /// <summary>Adds already encoded KeyValue list bytes to the overflow of a row (when rows are copied between batches).</summary>
    public void AddOverflowList(int row, ReadOnlySpan<byte> keyValues)
    {
        BeginOverflowRow(row);
        _overflow.Write(keyValues);
    }

    /// <summary>Must be called before a snapshot.</summary>
    public void CompleteRows()
    {
        if (_overflowRow < 0) return;
        Overflow ??= new StringColumnBuilder(ColumnType.Any, limits);
        Overflow.Add(_overflowRow, Overflow.Dictionary.GetOrAdd(_overflow.WrittenSpan));
        _overflow.ResetWrittenCount();
        _overflowRow = -1;
    }

    public void AppendColumns(int rowCount, List<AttributeColumn> columns)
    {
        for (var k = 0; k < _keys.Count; k++)
        {
            var slot = _slots[k];
            slot.Name ??= Encoding.UTF8.GetString(slot.Key);
            Append(slot.String, slot.Name);
            Append(slot.Int64, slot.Name);
            Append(slot.Double, slot.Name);
            Append(slot.Bool, slot.Name);
            Append(slot.Any, slot.Name);
        }

        void Append(SparseColumnBuilder? column, string name)
        {
            if (column is { Count: > 0 }) columns.Add(new AttributeColumn(owner, name, column.Snapshot(rowCount)));
        }
    }

    public long MemoryBytes()
    {
        var bytes = _keys.MemoryBytes + (Overflow?.MemoryBytes ?? 0);
        for (var k = 0; k < _keys.Count; k++) bytes += _slots[k].MemoryBytes;
        return bytes;
    }

    /// <summary>For the batch after this one, which takes no more rows.</summary>
    public TableShape Shape(int rows) => new(rows, _keys, [.. _slots.Take(_keys.Count).Select(slot => slot.Shape)]);

    /// <summary>Null when the key has no column and may not have one.</summary>
    private AttributeSlot? SlotOf(ReadOnlySpan<byte> key)
    {
        var last = _last;
        var next = last.Next;
        if (next is not null && key.SequenceEqual(next.Key)) return _last = next;
        var second = last.SecondNext;
        if (second is not null && key.SequenceEqual(second.Key)) return _last = second;
        return FindSlot(last, key);
    }

    private AttributeSlot? FindSlot(AttributeSlot last, ReadOnlySpan<byte> key)
    {
        var code = _keys.Find(key);
        if (code < 0)
        {
            // Keys are bounded together with columns: a sender of a million keys fills the overflow, not the tables.
            if (_columns >= limits.MaxAttributeColumns) return null;
            code = SpanBatchBuilder.Intern(_keys, key, counters);
            if (code >= _slots.Length) Array.Resize(ref _slots, _slots.Length * 2);
            // Text that is not UTF-8 is mended on the way in, and may then be a key that is there already.
            _slots[code] ??= new AttributeSlot(_keys[code].ToArray(), expected.Of(_keys[code]));
        }

        var slot = _slots[code];
        last.SecondNext = last.Next;
        last.Next = slot;
        return _last = slot;
    }

    private bool TryAddText(AttributeSlot slot, int row, ReadOnlySpan<byte> value)
    {
        var column = slot.String;
        if (column is null)
        {
            if (!MayAddColumn()) return false;
            column = slot.String = new StringColumnBuilder(ColumnType.String, limits, slot.Expected);
        }

        if (column.LastRow == row) return false;
        column.Add(row, SpanBatchBuilder.Intern(column.Dictionary, value, counters));
        return true;
    }

    private bool TryAddInt(AttributeSlot slot, int row, long value)
    {
        var column = slot.Int64;
        if (column is null)
        {
            if (!MayAddColumn()) return false;
            column = slot.Int64 = new Int64ColumnBuilder(Growth.Expect(slot.Expected.Numbers));
        }

        if (column.LastRow == row) return false;
        column.Add(row, value);
        return true;
    }

    private bool TryAddDouble(AttributeSlot slot, int row, double value)
    {
        var column = slot.Double;
        if (column is null)
        {
            if (!MayAddColumn()) return false;
            column = slot.Double = new DoubleColumnBuilder(Growth.Expect(slot.Expected.Numbers));
        }

        if (column.LastRow == row) return false;
        column.Add(row, value);
        return true;
    }

    private bool TryAddBool(AttributeSlot slot, int row, bool value)
    {
        var column = slot.Bool;
        if (column is null)
        {
            if (!MayAddColumn()) return false;
            column = slot.Bool = new BoolColumnBuilder(Growth.Expect(slot.Expected.Numbers));
        }

        if (column.LastRow == row) return false;
        column.Add(row, value);
        return true;
    }

    private bool MayAddColumn()
    {
        if (_columns >= limits.MaxAttributeColumns) return false;
        _columns++;
        return true;
    }

    private void BeginOverflowRow(int row)
    {
        if (_overflowRow == row) return;
        CompleteRows();
        _overflowRow = row;
    }

    private void AddOverflow(int row, ReadOnlySpan<byte> key, AnyValueWire kind, ReadOnlySpan<byte> value)
    {
        BeginOverflowRow(row);
        if (!Utf8.IsValid(key)) key = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(key));
        if (kind == AnyValueWire.String && !Utf8.IsValid(value)) value = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(value));
        counters.OverflowAttributes++;
        AnyValueWire.WriteKeyValue(_overflow, key, kind, value);
    }

    private ReadOnlySpan<byte> Truncate(ReadOnlySpan<byte> text)
    {
        if (text.Length <= limits.MaxAttributeBytes) return text;
        counters.TruncatedAttributes[(int)owner]++;
        var length = limits.MaxAttributeBytes;
        // Cut at a character boundary: 10xxxxxx bytes continue a character.
        while (length > 0 && (text[length] & 0xC0) == 0x80) length--;
        return text[..length];
    }
}
