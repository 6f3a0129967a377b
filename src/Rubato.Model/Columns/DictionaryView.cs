using System.Text;

namespace Rubato.Model.Columns;

/// <summary>
/// Read-only view of a pool of byte strings: entry <c>i</c> is <c>Pool[Offsets[i]..Offsets[i + 1]]</c>.
/// Text is UTF-8. The arrays may be longer than needed: the pool they come from may still grow behind the view.
/// </summary>
public readonly struct DictionaryView
{
    private readonly byte[] _pool;
    private readonly int[] _offsets;

    /// <param name="pool">The bytes of all entries.</param>
    /// <param name="offsets">At least <paramref name="count"/> + 1 ascending offsets into the pool, the first 0.</param>
    /// <param name="count">Entries.</param>
    public DictionaryView(byte[] pool, int[] offsets, int count)
    {
        _pool = pool;
        _offsets = offsets;
        Count = count;
    }

    public static DictionaryView Empty { get; } = new([], [0], 0);

    public int Count { get; }

    public ReadOnlySpan<byte> this[int code]
    {
        get
        {
            var start = _offsets[code];
            return _pool.AsSpan(start, _offsets[code + 1] - start);
        }
    }

    /// <summary><see cref="Count"/> + 1 offsets.</summary>
    public ReadOnlySpan<int> Offsets => _offsets.AsSpan(0, Count + 1);

    public ReadOnlySpan<byte> Pool => _pool.AsSpan(0, _offsets[Count]);

    public string GetString(int code) => Encoding.UTF8.GetString(this[code]);
}
