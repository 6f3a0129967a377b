using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Rubato.Model.Columns;

/// <summary>
/// The attribute columns of one owner (resource, scope, span, event or link) of a batch that is being filled. Rows must
/// come in ascending order. Keys beyond the column limit, and a second value of one type for one key on one row, go to
/// the overflow column: per row the bytes of a list of OTLP KeyValue messages (each as protobuf field 1), so nothing is lost.
/// </summary>
internal sealed class AttributeTableBuilder(AttributeOwner owner, BatchLimits limits, BatchCounters counters)
{
    private readonly StringDictionary _keys = new(64);
    private Slot[] _slots = new Slot[64];
    private int _columns;

    // Senders write the keys of a kind of span in the same order every time: after a key comes mostly the key that came
    // after it the last time. Comparing with that one saves hashing it and looking it up.
    private int _lastKey;

    // Overflow of the current row is collected here and added when the row is complete.
    private readonly ArrayBufferWriter<byte> _overflow = new();
    private int _overflowRow = -1;

    public StringColumnBuilder? Overflow { get; private set; }

    public AttributeOwner Owner => owner;

    public void AddString(int row, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        key = Truncate(key);
        value = Truncate(value);
        ref var slot = ref SlotOf(key, out var full);
        var column = full ? null : slot.String;
        if (column is null)
        {
            if (full || !MayAddColumn())
            {
                AddOverflow(row, key, AnyValueWire.String, value);
                return;
            }

            column = slot.String = new StringColumnBuilder(ColumnType.String);
        }

        if (column.LastRow == row)
        {
            AddOverflow(row, key, AnyValueWire.String, value);
            return;
        }

        column.Add(row, SpanBatchBuilder.Intern(column.Dictionary, value, counters));
    }

    public void AddInt64(int row, ReadOnlySpan<byte> key, long value)
    {
        key = Truncate(key);
        ref var slot = ref SlotOf(key, out var full);
        var column = full ? null : slot.Int64;
        if (column is null && !full && MayAddColumn()) column = slot.Int64 = new Int64ColumnBuilder();
        if (column is null || column.LastRow == row)
        {
            Span<byte> raw = stackalloc byte[10];
            AddOverflow(row, key, AnyValueWire.Int, raw[..AnyValueWire.WriteVarint(raw, (ulong)value)]);
            return;
        }

        column.Add(row, value);
    }

    public void AddDouble(int row, ReadOnlySpan<byte> key, double value)
    {
        key = Truncate(key);
        ref var slot = ref SlotOf(key, out var full);
        var column = full ? null : slot.Double;
        if (column is null && !full && MayAddColumn()) column = slot.Double = new DoubleColumnBuilder();
        if (column is null || column.LastRow == row)
        {
            Span<byte> raw = stackalloc byte[8];
            System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(raw, value);
            AddOverflow(row, key, AnyValueWire.Double, raw);
            return;
        }

        column.Add(row, value);
    }

    public void AddBool(int row, ReadOnlySpan<byte> key, bool value)
    {
        key = Truncate(key);
        ref var slot = ref SlotOf(key, out var full);
        var column = full ? null : slot.Bool;
        if (column is null && !full && MayAddColumn()) column = slot.Bool = new BoolColumnBuilder();
        if (column is null || column.LastRow == row)
        {
            AddOverflow(row, key, AnyValueWire.Bool, [value ? (byte)1 : (byte)0]);
            return;
        }

        column.Add(row, value);
    }

    /// <summary>Adds a value whose AnyValue message is kept as bytes: array, key-value list, bytes or empty.</summary>
    public void AddAny(int row, ReadOnlySpan<byte> key, ReadOnlySpan<byte> anyValueMessage)
    {
        key = Truncate(key);
        ref var slot = ref SlotOf(key, out var full);
        var column = full ? null : slot.Any;
        if (column is null && !full && MayAddColumn()) column = slot.Any = new StringColumnBuilder(ColumnType.Any);
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
        Overflow ??= new StringColumnBuilder(ColumnType.Any);
        Overflow.Add(_overflowRow, Overflow.Dictionary.GetOrAdd(_overflow.WrittenSpan));
        _overflow.ResetWrittenCount();
        _overflowRow = -1;
    }

    public void AppendColumns(int rowCount, List<AttributeColumn> columns)
    {
        for (var k = 0; k < _keys.Count; k++)
        {
            ref var slot = ref _slots[k];
            slot.Name ??= Encoding.UTF8.GetString(_keys[k]);
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
        for (var k = 0; k < _keys.Count; k++)
        {
            ref var slot = ref _slots[k];
            bytes += (slot.String?.MemoryBytes ?? 0) + (slot.Int64?.MemoryBytes ?? 0) + (slot.Double?.MemoryBytes ?? 0)
                + (slot.Bool?.MemoryBytes ?? 0) + (slot.Any?.MemoryBytes ?? 0);
        }

        return bytes;
    }

    private ref Slot SlotOf(ReadOnlySpan<byte> key, out bool full)
    {
        var guess = _slots[_lastKey].NextKey;
        if (guess < _keys.Count && _keys[guess].SequenceEqual(key))
        {
            _lastKey = guess;
            full = false;
            return ref _slots[guess];
        }

        var code = _keys.Find(key);
        if (code < 0)
        {
            // Keys are bounded together with columns: a sender of a million keys fills the overflow, not the tables.
            full = _columns >= limits.MaxAttributeColumns;
            if (full) return ref _slots[0];
            code = SpanBatchBuilder.Intern(_keys, key, counters);
            if (code >= _slots.Length) Array.Resize(ref _slots, _slots.Length * 2);
        }

        _slots[_lastKey].NextKey = code;
        _lastKey = code;
        full = false;
        return ref _slots[code];
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

    private struct Slot
    {
        public string? Name;
        public int NextKey;
        public StringColumnBuilder? String;
        public Int64ColumnBuilder? Int64;
        public DoubleColumnBuilder? Double;
        public BoolColumnBuilder? Bool;
        public StringColumnBuilder? Any;
    }
}
