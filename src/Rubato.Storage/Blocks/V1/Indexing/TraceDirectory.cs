using System.Buffers.Binary;
using System.IO.Hashing;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>
/// Where a trace would stand in a block's table of ids, without the table: 0.07 bytes a trace instead of 4.3. What is missing is one range of index.bin,
/// 4 to 12 KB, read when somebody asks. So a thousand blocks answer from memory as long as their tables fit the budget, and with one small read each
/// when they do not, however large the blocks are.
/// </summary>
internal sealed class TraceDirectory
{
    /// <summary>Buckets between two known places: with 16 ids each about a thousand ids.</summary>
    private const int GroupBuckets = 64;

    /// <summary>Ids checked by one checksum: the file's own is over all of it.</summary>
    private const int ChunkIds = 1024;

    private readonly TraceIdForm _form;
    private readonly byte[] _bucketCounts;
    private readonly int[] _groupStarts;
    private readonly uint[] _checks;
    private readonly long _offset; // Of the first remainder in index.bin.
    private readonly int _count;

    private TraceDirectory(TraceIdForm form, byte[] bucketCounts, int[] groupStarts, uint[] checks, long offset, int count)
        => (_form, _bucketCounts, _groupStarts, _checks, _offset, _count) = (form, bucketCounts, groupStarts, checks, offset, count);

    public long MemoryBytes => _bucketCounts.Length + (4L * (_groupStarts.Length + _checks.Length)) + 200;

    /// <summary>The range of index.bin that decides about an id; length 0: the id is not there.</summary>
    public (long Offset, int Length) RangeOf(TraceId id)
    {
        var (start, end) = PlacesOf(id);
        if (start == end) return (0, 0);
        var (first, last) = (start / ChunkIds, (end - 1) / ChunkIds);
        var length = Math.Min(_count, (last + 1) * ChunkIds) - (first * ChunkIds);
        return (_offset + ((long)first * ChunkIds * sizeof(uint)), length * sizeof(uint));
    }

    /// <summary>As <see cref="TraceTable.Find"/>, from the bytes of <see cref="RangeOf"/>.</summary>
    /// <exception cref="InvalidDataException">They are not the bytes that the directory was made of.</exception>
    public int Find(TraceId id, ReadOnlySpan<byte> range)
    {
        var (start, end) = PlacesOf(id);
        var first = start / ChunkIds;
        for (var chunk = 0; chunk * ChunkIds * sizeof(uint) < range.Length; chunk++)
        {
            var bytes = range[(chunk * ChunkIds * sizeof(uint))..];
            if (CheckOf(bytes[..Math.Min(bytes.Length, ChunkIds * sizeof(uint))]) != _checks[first + chunk])
                throw new InvalidDataException($"ids {(first + chunk) * ChunkIds} and following of the index have a wrong checksum");
        }

        var wanted = _form.RemainderOf(id);
        for (var at = start; at < end; at++)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(range[((at - (first * ChunkIds)) * sizeof(uint))..]) == wanted) return at;
        }

        return -1;
    }

    /// <summary>Null where the table has no such form: ids kept whole, or far from evenly spread.</summary>
    /// <param name="form">What the table keeps of an id.</param>
    /// <param name="bucketStarts">One more than buckets.</param>
    /// <param name="remainders">The remainders' bytes in index.bin.</param>
    /// <param name="offset">Where they begin in it.</param>
    public static TraceDirectory? Of(TraceIdForm form, ReadOnlySpan<int> bucketStarts, ReadOnlySpan<byte> remainders, long offset)
    {
        var buckets = bucketStarts.Length - 1;
        if (buckets < 1) return null;
        var counts = new byte[buckets];
        var groups = new int[((buckets - 1) / GroupBuckets) + 1];
        for (var b = 0; b < buckets; b++)
        {
            if (b % GroupBuckets == 0) groups[b / GroupBuckets] = bucketStarts[b];
            var count = bucketStarts[b + 1] - bucketStarts[b];
            if (count > byte.MaxValue) return null;
            counts[b] = (byte)count;
        }

        var ids = remainders.Length / sizeof(uint);
        var checks = new uint[(ids + ChunkIds - 1) / ChunkIds];
        for (var i = 0; i < checks.Length; i++)
        {
            var from = i * ChunkIds * sizeof(uint);
            checks[i] = CheckOf(remainders[from..Math.Min(remainders.Length, from + (ChunkIds * sizeof(uint)))]);
        }

        return new TraceDirectory(form, counts, groups, checks, offset, ids);
    }

    private static uint CheckOf(ReadOnlySpan<byte> chunk) => (uint)XxHash3.HashToUInt64(chunk);

    private (int Start, int End) PlacesOf(TraceId id)
    {
        if (!_form.MayHold(id)) return (0, 0);
        var bucket = _form.BucketOf(id);
        var group = bucket / GroupBuckets;
        var start = _groupStarts[group];
        for (var b = group * GroupBuckets; b < bucket; b++) start += _bucketCounts[b];
        return (start, start + _bucketCounts[bucket]);
    }
}
