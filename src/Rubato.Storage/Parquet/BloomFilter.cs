using System.Buffers.Binary;
using System.IO.Hashing;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Rubato.Model;

namespace Rubato.Storage.Parquet;

/// <summary>
/// Split-block Bloom filter as in Parquet's BloomFilter.md: blocks of 32 bytes, one bit in each of 8 words, so a look-up touches one cache
/// line. The hash is XXH64 with seed 0 of the value's PLAIN bytes (of a string: without its length).
/// </summary>
internal static class BloomFilter
{
    public const int BlockBytes = 32;

    /// <summary>
    /// The size is the next power of two from here (Arrow's reader takes no other), so a value has 5 to 10 bits. Absent values that
    /// pass: 17 % at 5 bits, 9 % at 6, 3.5 % at 8, 1.4 % at 10. docs/internals/block-bytes.md says what more bits would cost.
    /// </summary>
    private const int MinBitsPerValue = 5;

    /// <summary>Arrow reads no larger ones.</summary>
    private const int MaxBytes = 128 << 20;

    private static ReadOnlySpan<uint> Salts =>
        [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    public static int SizeFor(long values)
        => (int)Math.Clamp((long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(values * MinBitsPerValue / 8, 1)), BlockBytes, MaxBytes);

    public static ulong HashOf(ReadOnlySpan<byte> value) => XxHash64.HashToUInt64(value);

    /// <summary>Sets the bits of every value in a filter of zeros.</summary>
    public static void Fill(Span<byte> filter, ByteStrings values)
    {
        ReadOnlySpan<byte> data = values.Data;
        ReadOnlySpan<int> offsets = values.Offsets;
        for (int i = 0; i < values.Count; i++)
            Add(filter, HashOf(data[offsets[i]..offsets[i + 1]]));
    }

    public static void Add(Span<byte> filter, ulong hash)
    {
        Span<byte> block = filter.Slice(BlockOf(filter.Length, hash), BlockBytes);
        if (Acceleration.IsEnabled && Avx2.IsSupported)
            AddVector(block, hash);
        else
            AddPlain(block, hash);
    }

    /// <summary>The eight words at once: a block is a vector of this width by definition, and only AVX2 shifts each by its own count.</summary>
    internal static void AddVector(Span<byte> block, ulong hash)
    {
        Vector256<uint> shifts = (Vector256.Create(Salts) * Vector256.Create((uint)hash)) >>> 27;
        ref byte first = ref MemoryMarshal.GetReference(block[..BlockBytes]);
        Vector256<uint> words = Vector256.LoadUnsafe(ref first).AsUInt32();
        (words | Avx2.ShiftLeftLogicalVariable(Vector256<uint>.One, shifts)).AsByte().StoreUnsafe(ref first);
    }

    internal static void AddPlain(Span<byte> block, ulong hash)
    {
        for (int i = 0; i < Salts.Length; i++)
        {
            Span<byte> word = block[(i * 4)..];
            BinaryPrimitives.WriteUInt32LittleEndian(word, BinaryPrimitives.ReadUInt32LittleEndian(word) | MaskOf(i, hash));
        }
    }

    public static bool MayContain(ReadOnlySpan<byte> filter, ulong hash)
    {
        if (filter.Length < BlockBytes)
            return true;
        ReadOnlySpan<byte> block = filter.Slice(BlockOf(filter.Length, hash), BlockBytes);
        for (int i = 0; i < Salts.Length; i++)
        {
            if ((BinaryPrimitives.ReadUInt32LittleEndian(block[(i * 4)..]) & MaskOf(i, hash)) == 0)
                return false;
        }
        return true;
    }

    private static int BlockOf(int length, ulong hash) => (int)(((hash >> 32) * (ulong)(length / BlockBytes)) >> 32) * BlockBytes;

    private static uint MaskOf(int word, ulong hash) => 1u << (int)(((uint)hash * Salts[word]) >> 27);
}
