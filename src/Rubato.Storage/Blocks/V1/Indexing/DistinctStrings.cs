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
}
