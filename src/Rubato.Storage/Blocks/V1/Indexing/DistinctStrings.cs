using Rubato.Model.Columns;
using Rubato.Storage.Parquet;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>
/// Makes a string column's entry of the index: all distinct values when they are few, else a Bloom filter. Depends on the
/// set of values only, not on how they are stored, so that an index rebuilt from the file equals the written one.
/// </summary>
internal static class DistinctStrings
{
    /// <summary>Larger dictionaries become filters: the index is in memory, and 120 columns of 4 row groups are 480 dictionaries.</summary>
    public const int MaxDictionaryBytes = 64 * 1024;

    /// <summary>The values when they are few enough, else null. Stops at the limit, so that urls cost a few thousand hashes.</summary>
    public static StringDictionary? TryCollect(ByteStrings values)
    {
        var distinct = new StringDictionary();
        for (var i = 0; i < values.Count; i++)
        {
            distinct.GetOrAdd(values[i], out var added);
            if (added && distinct.PoolBytes > MaxDictionaryBytes) return null;
        }

        return distinct;
    }

    /// <summary>Count, offsets and bytes, sorted so that a value is found by binary search in place.</summary>
    public static void WriteSorted(IndexWriter blobs, ByteStrings distinct)
    {
        var order = new int[distinct.Count];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var pool = distinct.Data.ToArray();
        var offsets = distinct.Offsets.ToArray();
        Array.Sort(order, (a, b) => pool.AsSpan(offsets[a]..offsets[a + 1]).SequenceCompareTo(pool.AsSpan(offsets[b]..offsets[b + 1])));
        blobs.Fixed32((uint)order.Length);
        var end = 0;
        foreach (var i in order) blobs.Fixed32((uint)(end += distinct[i].Length));
        foreach (var i in order) blobs.Bytes(distinct[i]);
    }

    /// <param name="values">The values, each at least once.</param>
    /// <param name="presentCount">Values of the column with repetitions.</param>
    public static byte[] BuildFilter(ByteStrings values, int presentCount)
    {
        // How many are distinct? Counted by the bits that their hashes set in a map of 8 bits a value (linear counting: at
        // most 6 % too few), because exact counting would need a hash table of everything.
        var hashes = new ulong[values.Count];
        var mapBits = (int)Math.Min(System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(presentCount, 8)), 1u << 27) * 8L;
        var map = new ulong[mapBits / 64];
        long distinct = 0;
        for (var i = 0; i < hashes.Length; i++)
        {
            var hash = hashes[i] = IndexHash.Of(values[i]);
            var bit = hash & (ulong)(mapBits - 1);
            ref var word = ref map[bit >> 6];
            if ((word >> (int)(bit & 63) & 1) == 0) distinct++;
            word |= 1UL << (int)(bit & 63);
        }

        var filter = new byte[SplitBlockBloomFilter.SizeFor(distinct + (distinct / 16))];
        foreach (var hash in hashes) SplitBlockBloomFilter.Add(filter, hash);
        return filter;
    }
}
