using System.Numerics;
using System.Runtime.CompilerServices;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Writing;

/// <summary>
/// Brings the values of one column into stored order: pieces drop each value at its row, then the present ones are packed.
/// One array look-up a value; a bitmap of what is present, so a rare column costs its values and not its rows.
/// Reused from column to column; grows to the largest row group.
/// </summary>
internal sealed class Gather<T>
    where T : unmanaged
{
    private T[] _slots = [];
    private T[] _values = [];
    private int[] _rows = [];
    private ulong[] _present = [];
    private int _rowCount;
    private bool _packed;

    /// <summary>Present values, after <see cref="Complete"/>.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<T> Values => (_packed ? _values : _slots).AsSpan(0, Count);

    public PresentRows Rows => Count == _rowCount ? PresentRows.All : PresentRows.At(_rows.AsSpan(0, Count));

    /// <summary>Every row gets a value: <see cref="Slots"/> may be filled without noting what is present.</summary>
    public bool IsFull { get; private set; }

    public Span<T> Slots => _slots.AsSpan(0, _rowCount);

    /// <param name="rowCount">Rows of the column.</param>
    /// <param name="isFull">The caller will set all of them.</param>
    public void Begin(int rowCount, bool isFull = false)
    {
        _rowCount = rowCount;
        Count = 0;
        _packed = false;
        IsFull = isFull;
        if (_slots.Length < rowCount)
        {
            _slots = new T[rowCount];
            _present = new ulong[(rowCount + 63) / 64];
        }

        if (!isFull) _present.AsSpan(0, (rowCount + 63) / 64).Clear();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(int row, T value)
    {
        _slots[row] = value;
        _present[row >> 6] |= 1UL << (row & 63);
    }

    public bool Has(int row) => (_present[row >> 6] >> (row & 63) & 1) != 0;

    public T this[int row] => _slots[row];

    public void Complete()
    {
        Count = _rowCount;
        if (IsFull) return;
        var words = _present.AsSpan(0, (_rowCount + 63) / 64);
        var count = 0;
        foreach (var word in words) count += BitOperations.PopCount(word);
        Count = count;
        if (count == _rowCount) return;

        _packed = true;
        if (_values.Length < count)
        {
            _values = new T[Math.Max(count, _rowCount / 4)];
            _rows = new int[_values.Length];
        }

        var n = 0;
        for (var w = 0; w < words.Length; w++)
        {
            for (var bits = words[w]; bits != 0; bits &= bits - 1)
            {
                var row = (w << 6) + BitOperations.TrailingZeroCount(bits);
                _rows[n] = row;
                _values[n++] = _slots[row];
            }
        }
    }
}
