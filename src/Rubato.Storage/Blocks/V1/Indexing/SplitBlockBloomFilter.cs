using System.Buffers.Binary;

namespace Rubato.Storage.Blocks.V1.Indexing;

/// <summary>
/// Split-block Bloom filter over 64-bit hashes, the construction of Parquet's BloomFilter.md (blocks of 32 bytes, one bit in
/// each of 8 words), so a look-up touches one cache line. At 10 bits a value about 1 % of absent values pass.
/// </summary>
internal static class SplitBlockBloomFilter
{
    public const int BlockBytes = 32;

    private const int BitsPerValue = 10;

    private static readonly uint[] Salts =
        [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];

    public static int SizeFor(long values) => checked((int)Math.Clamp((values * BitsPerValue / 8 / BlockBytes) + 1, 1, int.MaxValue / BlockBytes) * BlockBytes);

    public static void Add(Span<byte> filter, ulong hash)
    {
        var block = filter.Slice(BlockOf(filter.Length, hash), BlockBytes);
        for (var i = 0; i < Salts.Length; i++)
        {
            var word = block[(i * 4)..];
            BinaryPrimitives.WriteUInt32LittleEndian(word, BinaryPrimitives.ReadUInt32LittleEndian(word) | MaskOf(i, hash));
        }
    }

    public static bool MayContain(ReadOnlySpan<byte> filter, ulong hash)
    {
        if (filter.Length < BlockBytes) return true;
        var block = filter.Slice(BlockOf(filter.Length, hash), BlockBytes);
        for (var i = 0; i < Salts.Length; i++)
        {
            if ((BinaryPrimitives.ReadUInt32LittleEndian(block[(i * 4)..]) & MaskOf(i, hash)) == 0) return false;
        }

        return true;
    }

    private static int BlockOf(int length, ulong hash) => (int)(((hash >> 32) * (ulong)(length / BlockBytes)) >> 32) * BlockBytes;

    private static uint MaskOf(int word, ulong hash) => 1u << (int)(((uint)hash * Salts[word]) >> 27);
}
