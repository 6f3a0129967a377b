using Rubato.Model.Spans;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>The ids again, as far as the table has them.</summary>
internal sealed partial class TraceTable
{
    /// <summary>Leading bits of an id that the table has. Of a single trace all: it is the first id.</summary>
    public int KeyBits => IsWhole || Count <= 1 ? 128 : _form.Skip + _form.BucketBits + 32;

    /// <summary>The first place whose key is not below.</summary>
    public int LowerBound(UInt128 key)
    {
        if (IsWhole || Count <= 1)
        {
            var place = 0;
            for (var (low, high) = (0, Count); low < high; place = low)
            {
                var middle = (low + high) >>> 1;
                if (KeyOf(middle) < key) low = middle + 1;
                else high = middle;
            }

            return place;
        }

        var prefix = PrefixOf(_form.First, _form.Skip);
        if (key <= prefix) return 0;
        if (PrefixOf(key, _form.Skip) != prefix) return Count;
        // Everything below the bucket is below; within it the remainders ascend.
        var id = new TraceId((ulong)(key >> 64), (ulong)key);
        var bucket = _form.BucketOf(id);
        var start = _bucketStarts[bucket];
        var at = _remainders.AsSpan(start, _bucketStarts[bucket + 1] - start).BinarySearch(_form.RemainderOf(id));
        if (at < 0) return start + ~at;
        // Equal as far as the table knows, and the key may have more bits: then it lies above.
        return start + at + (KeyOf(start + at) < key ? 1 : 0);
    }

    public void CopyKeys(int first, Span<UInt128> keys)
    {
        if (keys.IsEmpty) return;
        if (IsWhole || Count <= 1)
        {
            for (var i = 0; i < keys.Length; i++) keys[i] = KeyOf(first + i);
            return;
        }

        var prefix = PrefixOf(_form.First, _form.Skip);
        var bucket = _bucketStarts.AsSpan().BinarySearch(first);
        if (bucket < 0) bucket = ~bucket - 1;
        for (var i = 0; i < keys.Length; i++)
        {
            while (_bucketStarts[bucket + 1] <= first + i) bucket++;
            keys[i] = prefix | Shifted(bucket, _remainders[first + i]);
        }
    }

    private UInt128 KeyOf(int place)
    {
        if (IsWhole) return new UInt128(_whole[place].High, _whole[place].Low);
        if (Count == 1) return new UInt128(_form.First.High, _form.First.Low);
        var bucket = _bucketStarts.AsSpan().BinarySearch(place);
        if (bucket < 0) bucket = ~bucket - 1;
        while (_bucketStarts[bucket + 1] <= place) bucket++;
        return PrefixOf(_form.First, _form.Skip) | Shifted(bucket, _remainders[place]);
    }

    private UInt128 Shifted(int bucket, uint remainder)
    {
        var window = ((UInt128)(uint)bucket << 32) | remainder;
        var shift = 128 - KeyBits;
        return shift >= 0 ? window << shift : window >> -shift;
    }

    private static UInt128 PrefixOf(TraceId id, int bits) => PrefixOf(new UInt128(id.High, id.Low), bits);

    private static UInt128 PrefixOf(UInt128 key, int bits) => bits == 0 ? UInt128.Zero : key & (UInt128.MaxValue << (128 - bits));
}
