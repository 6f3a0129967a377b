using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Rubato.Model.Columns;

/// <summary>
/// Append-only set of byte strings: each distinct string gets the next code, 0 upwards. Not thread-safe; views taken by
/// <see cref="View"/> stay valid and unchanged while the dictionary grows.
/// </summary>
public sealed class StringDictionary
{
    // Seeded once a process, so that a sender cannot choose strings that all collide.
    private static readonly ulong Seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    private byte[] _pool;
    private int[] _offsets;
    private Bucket[] _buckets; // Empty once StopInterning was called.
    private int _expectedEntries;
    private int _expectedBytes;

    public StringDictionary(int capacity = 16)
    {
        var entries = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 4));
        _pool = new byte[entries * 16];
        _offsets = new int[entries + 1];
        _buckets = new Bucket[entries * 2];
    }

    public int Count { get; private set; }

    /// <summary>False once <see cref="StopInterning"/> was called: entries are then not unique.</summary>
    public bool IsInterning => _buckets.Length > 0;

    /// <summary>Bytes of all entries together.</summary>
    public int PoolBytes => _offsets[Count];

    /// <summary>Memory held, in bytes.</summary>
    public long MemoryBytes => _pool.Length + (4L * _offsets.Length) + (8L * _buckets.Length);

    public DictionaryView View => new(_pool, _offsets, Count);

    public ReadOnlySpan<byte> this[int code]
    {
        get
        {
            var start = _offsets[code];
            return _pool.AsSpan(start, _offsets[code + 1] - start);
        }
    }

    /// <summary>Tells how large it will probably become (see <see cref="Growth"/>).</summary>
    internal void Expect(int entries, int bytes)
    {
        _expectedEntries = entries;
        _expectedBytes = bytes;
    }

    /// <summary>
    /// From now on every value is a new entry, also one that is there already, and nothing is found: for columns in which
    /// nearly every value is new, where looking for it costs cache misses and memory and finds nothing. Codes stay what they are.
    /// </summary>
    internal void StopInterning() => _buckets = [];

    /// <summary>Code of the string, or -1.</summary>
    public int Find(ReadOnlySpan<byte> value) => Find(value, out _);

    /// <summary>As above; a place that was not found can be handed to <see cref="AddAt"/>, which saves hashing a new value twice.</summary>
    internal int Find(ReadOnlySpan<byte> value, out Place place)
    {
        var buckets = _buckets;
        if (buckets.Length == 0)
        {
            place = default;
            return -1;
        }

        var hash = Hash(value);
        for (var i = (int)hash & (buckets.Length - 1); ; i = (i + 1) & (buckets.Length - 1))
        {
            var bucket = buckets[i];
            if (bucket.Number == 0)
            {
                place = new Place(hash, i);
                return -1;
            }

            if (bucket.Hash == hash && this[bucket.Number - 1].SequenceEqual(value))
            {
                place = default;
                return bucket.Number - 1;
            }
        }
    }

    /// <summary>Adds a value that <see cref="Find(ReadOnlySpan{byte}, out Place)"/> has just not found, with nothing added in between.</summary>
    internal int AddAt(Place place, ReadOnlySpan<byte> value)
    {
        var code = Append(value);
        if (_buckets.Length == 0) return code;
        _buckets[place.Bucket] = new Bucket(place.Hash, Count);
        if (Count * 4L > _buckets.Length * 3L) GrowBuckets();
        return code;
    }

    public int GetOrAdd(ReadOnlySpan<byte> value) => GetOrAdd(value, out _);

    public int GetOrAdd(ReadOnlySpan<byte> value, out bool added)
    {
        var code = Find(value, out var place);
        added = code < 0;
        return added ? AddAt(place, value) : code;
    }

    private int Append(ReadOnlySpan<byte> value)
    {
        var code = Count;
        var offsets = _offsets;
        var start = offsets[code];
        // New arrays, never resized in place: views keep the old ones.
        if (code + 2 > offsets.Length)
        {
            Growth.Resize(ref _offsets, Growth.Next(offsets.Length - 1, code + 1, _expectedEntries) + 1);
            offsets = _offsets;
        }

        if (value.Length > _pool.Length - start) Growth.Resize(ref _pool, Growth.Next(_pool.Length, checked(start + value.Length), _expectedBytes));
        value.CopyTo(_pool.AsSpan(start));
        offsets[code + 1] = start + value.Length;
        Count = code + 1;
        return code;
    }

    private void GrowBuckets()
    {
        var old = _buckets;
        var size = old.Length * 2;
        if (Count >= _expectedEntries / 8) size = Math.Max(size, (int)BitOperations.RoundUpToPowerOf2((uint)(_expectedEntries * 4L / 3) + 1));
        var buckets = new Bucket[size];
        foreach (var bucket in old)
        {
            if (bucket.Number == 0) continue;
            var i = (int)bucket.Hash & (buckets.Length - 1);
            while (buckets[i].Number != 0) i = (i + 1) & (buckets.Length - 1);
            buckets[i] = bucket;
        }

        _buckets = buckets;
    }

    // Multiply-and-fold: one multiplication for up to 16 bytes, as two words that may overlap, and one more for each 8 beyond.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Hash(ReadOnlySpan<byte> value)
    {
        var length = (ulong)value.Length;
        ulong a, b;
        if (value.Length >= 8)
        {
            var seed = Seed;
            if (value.Length > 16) seed = FoldWords(value, seed);
            a = BinaryPrimitives.ReadUInt64LittleEndian(value) ^ seed;
            b = BinaryPrimitives.ReadUInt64LittleEndian(value[^8..]);
        }
        else if (value.Length >= 4)
        {
            a = BinaryPrimitives.ReadUInt32LittleEndian(value) ^ Seed;
            b = BinaryPrimitives.ReadUInt32LittleEndian(value[^4..]);
        }
        else if (value.Length > 0)
        {
            a = (value[0] | ((ulong)value[value.Length >> 1] << 8) | ((ulong)value[^1] << 16)) ^ Seed;
            b = 0;
        }
        else
        {
            a = Seed;
            b = 0;
        }

        var h = Fold(a ^ 0x9E3779B97F4A7C15, b ^ (length * 0xD6E8FEB86659FD93) ^ 0xA0761D6478BD642F);
        h = Fold(h, 0xE7037ED1A0B428DB);
        return (uint)(h ^ (h >> 32));
    }

    // All words but the last, which the caller reads.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong FoldWords(ReadOnlySpan<byte> value, ulong h)
    {
        for (value = value[8..]; value.Length > 8; value = value[8..]) h = Fold(h ^ BinaryPrimitives.ReadUInt64LittleEndian(value), 0x8EBC6AF09C88C6E3);
        return h;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    /// <summary>Where a value belongs.</summary>
    internal readonly record struct Place(uint Hash, int Bucket);

    // The hash beside the code: a look-up that fails touches one cache line. Number is code + 1; 0 = free.
    private readonly record struct Bucket(uint Hash, int Number);
}
