using System.Buffers.Binary;
using System.Numerics;
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
    private uint[] _hashes;
    private int[] _buckets; // code + 1; 0 = free
    private int _mask;

    public StringDictionary(int capacity = 16)
    {
        var entries = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(capacity, 4));
        _pool = new byte[entries * 16];
        _offsets = new int[entries + 1];
        _hashes = new uint[entries];
        _buckets = new int[entries * 2];
        _mask = _buckets.Length - 1;
    }

    public int Count { get; private set; }

    /// <summary>Bytes of all entries together.</summary>
    public int PoolBytes => _offsets[Count];

    /// <summary>Memory held, in bytes.</summary>
    public long MemoryBytes => _pool.Length + 4L * (_offsets.Length + _hashes.Length + _buckets.Length);

    public DictionaryView View => new(_pool, _offsets, Count);

    public ReadOnlySpan<byte> this[int code]
    {
        get
        {
            var start = _offsets[code];
            return _pool.AsSpan(start, _offsets[code + 1] - start);
        }
    }

    /// <summary>Code of the string, or -1.</summary>
    public int Find(ReadOnlySpan<byte> value) => Find(value, out _);

    /// <summary>As above; a place that was not found can be handed to <see cref="AddAt"/>, which saves hashing a new value twice.</summary>
    internal int Find(ReadOnlySpan<byte> value, out Place place)
    {
        var hash = Hash(value);
        var buckets = _buckets;
        for (var i = (int)hash & _mask; ; i = (i + 1) & _mask)
        {
            var code = buckets[i] - 1;
            if (code >= 0 && (_hashes[code] != hash || !this[code].SequenceEqual(value))) continue;
            place = new Place(hash, i);
            return code;
        }
    }

    /// <summary>Adds a value that <see cref="Find(ReadOnlySpan{byte}, out Place)"/> has just not found, with nothing added in between.</summary>
    internal int AddAt(Place place, ReadOnlySpan<byte> value) => Add(value, place.Hash, place.Bucket);

    public int GetOrAdd(ReadOnlySpan<byte> value) => GetOrAdd(value, out _);

    public int GetOrAdd(ReadOnlySpan<byte> value, out bool added)
    {
        var code = Find(value, out var place);
        added = code < 0;
        return added ? AddAt(place, value) : code;
    }

    private int Add(ReadOnlySpan<byte> value, uint hash, int bucket)
    {
        var code = Count;
        var start = _offsets[code];
        if (code == _hashes.Length)
        {
            // New arrays, never resized in place: views keep the old ones.
            Array.Resize(ref _hashes, code * 2);
            Array.Resize(ref _offsets, (code * 2) + 1);
        }

        if (start + value.Length > _pool.Length)
            Array.Resize(ref _pool, checked((int)Math.Min(Array.MaxLength, Math.Max((long)_pool.Length * 2, (long)start + value.Length))));
        value.CopyTo(_pool.AsSpan(start));
        _offsets[code + 1] = start + value.Length;
        _hashes[code] = hash;
        _buckets[bucket] = code + 1;
        Count = code + 1;
        if (Count * 4L > _buckets.Length * 3L) GrowBuckets();
        return code;
    }

    private void GrowBuckets()
    {
        _buckets = new int[_buckets.Length * 2];
        _mask = _buckets.Length - 1;
        for (var code = 0; code < Count; code++)
        {
            var i = (int)_hashes[code] & _mask;
            while (_buckets[i] != 0) i = (i + 1) & _mask;
            _buckets[i] = code + 1;
        }
    }

    // Multiply-and-fold over 8-byte words: two multiplications for a typical 16-byte value.
    private static uint Hash(ReadOnlySpan<byte> value)
    {
        const ulong m = 0x9E3779B97F4A7C15;
        var h = Seed ^ ((ulong)value.Length * m);
        while (value.Length >= 8)
        {
            h = Fold(h ^ BinaryPrimitives.ReadUInt64LittleEndian(value), m);
            value = value[8..];
        }

        if (value.Length > 0)
        {
            ulong tail = 0;
            if (value.Length >= 4)
            {
                tail = BinaryPrimitives.ReadUInt32LittleEndian(value) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(value[^4..]) << 32);
            }
            else
            {
                tail = value[0] | ((ulong)value[value.Length >> 1] << 8) | ((ulong)value[^1] << 16);
            }

            h = Fold(h ^ tail, 0xD6E8FEB86659FD93);
        }

        h = Fold(h, 0xA0761D6478BD642F);
        return (uint)(h ^ (h >> 32));
    }

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    /// <summary>Where a value belongs.</summary>
    internal readonly record struct Place(uint Hash, int Bucket);
}
