using System.Buffers.Binary;
using System.Numerics;
using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>
/// The sorted trace ids of a block, 4.3 bytes each instead of 16: what tells them from each other (<see cref="TraceIdForm"/>), not all that they are.
/// A miss is settled here: an id that is not in the block passes with a chance of 16 / 2^32, so no Bloom filter stands before the table. A hit is a candidate
/// that has to be compared with the trace_id column, which is read then anyway. Ids that these bits do not tell apart (senders choose ids) are kept whole.
/// </summary>
internal sealed partial class TraceTable
{
    private const int IdsPerBucket = 16;
    private const int MaxBucketBits = 24;

    private readonly TraceIdForm _form;
    private readonly int[] _bucketStarts; // Empty: ids are whole.
    private readonly uint[] _remainders;
    private readonly TraceId[] _whole;

    private TraceTable(TraceIdForm form, int[] bucketStarts, uint[] remainders, TraceId[] whole, TraceDirectory? directory)
    {
        (_form, _bucketStarts, _remainders, _whole, Directory) = (form, bucketStarts, remainders, whole, directory);
        Count = Math.Max(remainders.Length, whole.Length);
    }

    /// <summary>What can stand for the table where memory is short; null: nothing can.</summary>
    public TraceDirectory? Directory { get; }

    public int Count { get; }

    /// <summary>False: <see cref="Find"/> gives a candidate only.</summary>
    public bool IsWhole => _whole.Length > 0;

    public long MemoryBytes => (4L * (_bucketStarts.Length + _remainders.Length)) + (16L * _whole.Length) + 100;

    /// <summary>The place of the only trace that can have the id, or -1 when none has.</summary>
    public int Find(TraceId id)
    {
        if (IsWhole)
        {
            var found = _whole.AsSpan().BinarySearch(id);
            return found < 0 ? -1 : found;
        }

        if (Count == 0 || !_form.MayHold(id)) return -1;
        var bucket = _form.BucketOf(id);
        var start = _bucketStarts[bucket];
        var at = _remainders.AsSpan(start, _bucketStarts[bucket + 1] - start).BinarySearch(_form.RemainderOf(id));
        return at < 0 ? -1 : start + at;
    }

    /// <summary>Makes the table of ascending ids: its small part, to be compressed, and its large one, which nothing compresses.</summary>
    public static void Write(IReadOnlyList<TraceId> ids, IndexWriter small, IndexWriter large)
    {
        small.Varint((ulong)ids.Count);
        if (ids.Count == 0) return;
        var skip = ids.Count == 1 ? 0 : TraceIdForm.CommonBits(ids[0], ids[^1]);
        var bits = Math.Clamp(BitOperations.Log2((uint)ids.Count / IdsPerBucket | 1), 0, MaxBucketBits);
        var form = new TraceIdForm(ids[0], skip, bits);
        var isWhole = !AreDistinct(ids, form);
        small.Byte(isWhole ? (byte)1 : (byte)0);
        if (isWhole)
        {
            foreach (var id in ids) WriteId(large, id);
            return;
        }

        WriteId(small, ids[0]);
        small.Byte((byte)skip);
        small.Byte((byte)bits);
        var counts = new int[1 << bits];
        foreach (var id in ids)
        {
            counts[form.BucketOf(id)]++;
            large.Fixed32(form.RemainderOf(id));
        }

        foreach (var count in counts) small.Varint((ulong)count);
    }

    /// <param name="small">The small part.</param>
    /// <param name="large">The large one.</param>
    /// <param name="offset">Where the large part lies in the file.</param>
    /// <exception cref="InvalidDataException">The bytes are no table.</exception>
    public static TraceTable Read(ref IndexReader small, ref IndexReader large, long offset)
    {
        var count = small.Count();
        if (count == 0) return new TraceTable(default, [], [], [], null);
        if (small.Byte() == 1)
        {
            CheckRoom(large, count, TraceId.Size);
            var whole = new TraceId[count];
            for (var i = 0; i < count; i++) whole[i] = TraceId.Read(large.Bytes(TraceId.Size));
            return new TraceTable(default, [], [], whole, null);
        }

        CheckRoom(large, count, sizeof(uint));
        var first = TraceId.Read(small.Bytes(TraceId.Size));
        int skip = small.Byte(), bits = small.Byte();
        if (skip > 127 || bits > MaxBucketBits || 1L << bits > Math.Max(1, count)) throw new InvalidDataException($"a trace table of {skip} common and {bits} bucket bits");
        var starts = new int[(1 << bits) + 1];
        for (var b = 1; b < starts.Length; b++) starts[b] = checked(starts[b - 1] + small.Count());
        if (starts[^1] != count) throw new InvalidDataException($"{count} traces, {starts[^1]} in the buckets");
        var remainders = new uint[count];
        var bytes = large.Bytes(count * sizeof(uint));
        for (var i = 0; i < count; i++) remainders[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(i * sizeof(uint))..]);
        var form = new TraceIdForm(first, skip, bits);
        return new TraceTable(form, starts, remainders, [], TraceDirectory.Of(form, starts, bytes, offset));
    }

    private static void CheckRoom(in IndexReader large, int count, int bytesEach)
    {
        if ((long)count * bytesEach > large.Remaining) throw new InvalidDataException($"{count} trace ids do not fit the {large.Remaining} bytes left");
    }

    private static void WriteId(IndexWriter writer, TraceId id)
    {
        Span<byte> bytes = stackalloc byte[TraceId.Size];
        id.Write(bytes);
        writer.Bytes(bytes);
    }

    private static bool AreDistinct(IReadOnlyList<TraceId> ids, TraceIdForm form)
    {
        var before = form.KeptBits(ids[0]);
        for (var i = 1; i < ids.Count; i++)
        {
            var kept = form.KeptBits(ids[i]);
            if (kept == before) return false;
            before = kept;
        }

        return true;
    }
}
