namespace Rubato.Storage.Parquet;

/// <summary>
/// The distinct values of a column chunk (or, for a plain chunk of byte strings, all of them). Owns ordinary arrays that no pool
/// takes back, so it may be cached and shared between threads.
/// </summary>
internal sealed class ParquetDictionary
{
    private readonly byte[] _data;
    private readonly int[] _offsets;
    private readonly long[] _longs;

    public static ParquetDictionary Empty { get; } = new([], [0]);

    public ParquetDictionary(byte[] data, int[] offsets) => (_data, _offsets, _longs, Count) = (data, offsets, [], offsets.Length - 1);

    public ParquetDictionary(long[] longs) => (_data, _offsets, _longs, Count) = ([], [0], longs, longs.Length);

    public int Count { get; }

    /// <summary>BYTE_ARRAY and FIXED_LEN_BYTE_ARRAY columns.</summary>
    public ByteStrings Strings => new(_data, _offsets);

    /// <summary>The arrays behind <see cref="Strings"/>, for readers that keep them: never written to.</summary>
    public (byte[] Data, int[] Offsets) Arrays => (_data, _offsets);

    /// <summary>INT64 and INT32 columns; DOUBLE columns as their bits.</summary>
    public ReadOnlySpan<long> Longs => _longs;

    /// <summary>Memory held, for whoever budgets a cache of these.</summary>
    public long SizeBytes => _data.Length + 4L * _offsets.Length + 8L * _longs.Length;
}
