using System.Numerics;
using Rubato.Model.Scanning;

namespace Rubato.TraceQL.Execution.Scan;

/// <summary>A set of rows as bits. Operations change the set they are called on.</summary>
internal sealed class Selection
{
    private readonly ulong[] _words;

    public Selection(int length)
    {
        Length = length;
        _words = new ulong[(length + 63) >> 6];
    }

    public int Length { get; }

    public Span<ulong> Words => _words;

    public bool IsEmpty => !_words.AsSpan().ContainsAnyExcept(0UL);

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var word in _words) count += BitOperations.PopCount(word);
            return count;
        }
    }

    public bool this[int row] => (_words[row >> 6] >> (row & 63) & 1) != 0;

    public static Selection All(int length)
    {
        var all = new Selection(length);
        all.SetAll();
        return all;
    }

    public static Selection Of(int length, RowSet rows)
    {
        var selection = new Selection(length);
        for (var i = 0; i < rows.Count; i++) selection.Set(rows[i]);
        return selection;
    }

    public static Selection Of(int length, RowRanges ranges)
    {
        var selection = new Selection(length);
        for (var i = 0; i < ranges.Count; i++) selection.SetRange(ranges.First(i), ranges.End(i));
        return selection;
    }

    /// <summary>Ranges that hold all its rows, and others between them where the gap is small: pages are thousands of rows long.</summary>
    public RowRanges ToRanges()
    {
        const int words = 16;
        var ranges = new RowRanges.Builder();
        for (var at = 0; at < _words.Length; at += words)
        {
            if (_words.AsSpan(at, Math.Min(words, _words.Length - at)).ContainsAnyExcept(0UL)) ranges.Add(at << 6, Math.Min(Length, (at + words) << 6));
        }

        return ranges.ToRanges();
    }

    /// <summary>Rows from the first to before the end.</summary>
    public void SetRange(int first, int end)
    {
        for (var at = first >> 6; at <= (end - 1) >> 6; at++)
        {
            var word = ulong.MaxValue;
            if (at == first >> 6) word &= ulong.MaxValue << (first & 63);
            if (at == (end - 1) >> 6) word &= ulong.MaxValue >> (63 - ((end - 1) & 63));
            _words[at] |= word;
        }
    }

    public void Set(int row) => _words[row >> 6] |= 1UL << (row & 63);

    public void Clear(int row) => _words[row >> 6] &= ~(1UL << (row & 63));

    public Selection SetAll()
    {
        _words.AsSpan().Fill(ulong.MaxValue);
        return TrimEnd();
    }

    public Selection And(Selection other)
    {
        BitWords.Apply<BitAnd>(_words, other._words);
        return this;
    }

    public Selection AndNot(Selection other)
    {
        BitWords.Apply<BitAndNot>(_words, other._words);
        return this;
    }

    public Selection Or(Selection other)
    {
        BitWords.Apply<BitOr>(_words, other._words);
        return this;
    }

    public Selection Not()
    {
        for (var i = 0; i < _words.Length; i++) _words[i] = ~_words[i];
        return TrimEnd();
    }

    public Selection Copy()
    {
        var copy = new Selection(Length);
        _words.CopyTo(copy._words, 0);
        return copy;
    }

    /// <summary>The first selected row at or after this one and before the end, -1 when there is none.</summary>
    public int Next(int row, int end)
    {
        for (; row < end; row = (row | 63) + 1)
        {
            var word = _words[row >> 6] >> (row & 63);
            if (word == 0) continue;
            row += BitOperations.TrailingZeroCount(word);
            return row < end ? row : -1;
        }

        return -1;
    }

    /// <summary>Selected rows from the first to before the end.</summary>
    public int CountIn(int first, int end)
    {
        var count = 0;
        for (var row = first; row < end; row = (row | 63) + 1)
        {
            var word = _words[row >> 6] >> (row & 63);
            if (end - row < 64) word &= (1UL << (end - row)) - 1;
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    /// <summary>The first selected row at or after this one, -1 when there is none.</summary>
    public int Next(int row)
    {
        if (row >= Length) return -1;
        var at = row >> 6;
        var word = _words[at] & (ulong.MaxValue << (row & 63));
        while (word == 0)
        {
            if (++at == _words.Length) return -1;
            word = _words[at];
        }

        return (at << 6) + BitOperations.TrailingZeroCount(word);
    }

    public RowSet ToRowSet()
    {
        var rows = new int[Count];
        if (rows.Length == Length) return RowSet.Range(0, Length);
        var n = 0;
        for (var at = 0; at < _words.Length; at++)
        {
            for (var word = _words[at]; word != 0; word &= word - 1) rows[n++] = (at << 6) + BitOperations.TrailingZeroCount(word);
        }

        return RowSet.Of(rows);
    }

    /// <summary>Row i of this set stands for row <c>rows[i]</c> of a set of the given length.</summary>
    public Selection Scatter(RowSet rows, int length)
    {
        var result = new Selection(length);
        for (var i = Next(0); i >= 0; i = Next(i + 1)) result.Set(rows[i]);
        return result;
    }

    /// <summary>Row i of this set stands for row <c>parents[i]</c>: a span is selected when any of its events is.</summary>
    public Selection ToParents(ReadOnlySpan<int> parents, int length)
    {
        var result = new Selection(length);
        for (var i = Next(0); i >= 0; i = Next(i + 1)) result.Set(parents[i]);
        return result;
    }

    // Bits beyond the length stay 0, so that counting and negation need no care.
    private Selection TrimEnd()
    {
        if ((Length & 63) != 0) _words[^1] &= ulong.MaxValue >> (64 - (Length & 63));
        return this;
    }
}
