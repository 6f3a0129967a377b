using System.Numerics;

namespace Rubato.Ingest.Generator;

/// <summary>
/// Bits of hashes: "no" is certain, "yes" is wrong about once in eight where it is nearly full. Nothing can be taken out; its owner clears it when it is full and adds what is left.
/// Two bytes for each hash that it was cleared for. Used by one thread.
/// </summary>
internal sealed class HashFilter
{
    private const int LeastBits = 4096;
    private const int BitsPerHash = 8;

    private ulong[] _bits = new ulong[LeastBits / 64];
    private int _room = LeastBits / BitsPerHash;

    public bool IsFull => _room == 0;

    /// <param name="hash">With randomness in its low bits.</param>
    public bool MayHold(int hash) => (WordOf(hash) >> (hash & 63) & 1) != 0;

    /// <summary>Only while it is not full.</summary>
    public void Add(int hash)
    {
        WordOf(hash) |= 1UL << (hash & 63);
        _room--;
    }

    /// <summary>Forgets all, and makes room for twice as many hashes.</summary>
    public void Clear(int hashes)
    {
        var bits = (int)Math.Clamp(BitOperations.RoundUpToPowerOf2((uint)hashes * 2 * BitsPerHash), LeastBits, 1 << 30);
        if (bits / 64 == _bits.Length) _bits.AsSpan().Clear();
        else _bits = new ulong[bits / 64];
        _room = Math.Max(bits / BitsPerHash, hashes + 1);
    }

    private ref ulong WordOf(int hash) => ref _bits[(hash >>> 6) & (_bits.Length - 1)];
}
