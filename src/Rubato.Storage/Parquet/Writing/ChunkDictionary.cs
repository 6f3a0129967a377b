using System.Buffers;
using System.Numerics;

namespace Rubato.Storage.Parquet.Writing;

/// <summary>
/// Finds the distinct values of one chunk, in order of first appearance, and gives each row its code. Serves one chunk after the
/// other; its tables are kept between them and cleared by what was used, not by their size.
/// </summary>
internal sealed class ChunkDictionary : IDisposable
{
    private int[] _newCodes = [];   // Caller's code -> ours + 1; 0 means not seen. All zero between chunks.
    private int[] _codes = [];
    private int[] _used = [];
    private long[] _numbers = [];
    private int[] _table = [];

    public int Count { get; private set; }

    /// <summary>One code for each value of the chunk. May be longer than the values.</summary>
    public ReadOnlySpan<int> Codes => _codes;

    /// <summary>After <see cref="Compact"/>: the caller's code of each entry.</summary>
    public ReadOnlySpan<int> UsedCodes => _used.AsSpan(0, Count);

    /// <summary>After <see cref="TryBuild"/>: the entries.</summary>
    public ReadOnlySpan<long> Numbers => _numbers.AsSpan(0, Count);

    /// <summary>Renumbers codes so that only entries in use remain.</summary>
    public void Compact(ReadOnlySpan<int> codes, int dictionaryCount)
    {
        Ensure(ref _newCodes, dictionaryCount, clear: true);
        Ensure(ref _codes, codes.Length, clear: false);
        Ensure(ref _used, Math.Min(codes.Length, dictionaryCount), clear: false);
        Span<int> newCodes = _newCodes.AsSpan(0, dictionaryCount);
        Span<int> target = _codes.AsSpan(0, codes.Length);
        int count = 0;
        for (int i = 0; i < target.Length; i++)
        {
            int code = codes[i];
            if ((uint)code >= (uint)newCodes.Length)
            {
                Count = count;
                Forget();
                throw new ArgumentException($"Code {code} of value {i} is outside the dictionary of {dictionaryCount} entries.", nameof(codes));
            }
            int known = newCodes[code];
            if (known == 0)
            {
                _used[count] = code;
                newCodes[code] = known = ++count;
            }
            target[i] = known - 1;
        }
        Count = count;
        Forget();
    }

    /// <summary>Codes for numbers; false as soon as there are more than <paramref name="maxDistinct"/> different ones.</summary>
    public bool TryBuild(ReadOnlySpan<long> values, int maxDistinct)
    {
        const int TrialValues = 1024;
        const int MaxEntries = 1 << 16; // 1 MB of table at the most; wider codes would not beat delta packing anyway.
        maxDistinct = Math.Min(maxDistinct, MaxEntries);
        Count = 0;
        if (maxDistinct < 1)
            return false;

        int slots = (int)BitOperations.RoundUpToPowerOf2((uint)maxDistinct * 2 + 2);
        int shift = 64 - BitOperations.Log2((uint)slots);
        Ensure(ref _table, slots, clear: false);
        Ensure(ref _codes, values.Length, clear: false);
        Span<int> table = _table.AsSpan(0, slots);
        table.Clear();
        if (_numbers.Length < maxDistinct)
            _numbers = new long[BitOperations.RoundUpToPowerOf2((uint)maxDistinct)];

        int trial = values.Length > 4 * TrialValues ? TrialValues : -1;
        for (int i = 0; i < values.Length; i++)
        {
            // Random numbers show themselves early: giving up after a thousand keeps ids and times from paying for a full pass.
            if (i == trial && Count > TrialValues * 3 / 4)
                return false;

            long value = values[i];
            int slot = (int)(((ulong)value * 0x9E3779B97F4A7C15UL) >> shift);
            int code;
            while ((code = table[slot] - 1) >= 0 && _numbers[code] != value)
                slot = (slot + 1) & (slots - 1);
            if (code < 0)
            {
                if (Count == maxDistinct)
                    return false;
                code = Count;
                _numbers[Count++] = value;
                table[slot] = Count;
            }
            _codes[i] = code;
        }
        return true;
    }

    public void Dispose()
    {
        foreach (int[] array in (int[][])[_newCodes, _codes, _used, _table])
        {
            if (array.Length > 0)
                ArrayPool<int>.Shared.Return(array);
        }
        _newCodes = _codes = _used = _table = [];
    }

    private void Forget()
    {
        foreach (int code in UsedCodes)
            _newCodes[code] = 0;
    }

    private static void Ensure(ref int[] array, int length, bool clear)
    {
        if (array.Length >= length)
            return;
        if (array.Length > 0)
            ArrayPool<int>.Shared.Return(array);
        array = ArrayPool<int>.Shared.Rent(length);
        if (clear)
            array.AsSpan().Clear();
    }
}
