using ZstdSharp;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>Decompressors, kept for reuse: one for each thread that decodes, gone with it.</summary>
internal static class Decompression
{
    // Not a shared pool: a page takes as little as 20 us, of which its lock was a tenth.
    [ThreadStatic]
    private static Decompressor? _own;

    /// <summary>Fills all of <paramref name="target"/>, or throws <see cref="ParquetFormatException"/> saying what is wrong.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        try
        {
            int written = (_own ??= new Decompressor()).Unwrap(packed, target);
            if (written != target.Length)
                throw new ParquetFormatException($"{written} bytes came out of zstd where the header says {target.Length}");
        }
        catch (ZstdException e)
        {
            throw new ParquetFormatException($"zstd cannot read it ({e.Message})", e);
        }
    }

    /// <summary>Before memory is taken: does the frame itself say that it holds this many bytes?</summary>
    public static void CheckSize(ReadOnlySpan<byte> packed, int expected)
    {
        ulong announced;
        try
        {
            announced = Decompressor.GetDecompressedSize(packed);
        }
        catch (ZstdException e)
        {
            throw new ParquetFormatException($"not a zstd frame ({e.Message})", e);
        }
        if (announced != (ulong)expected)
            throw new ParquetFormatException($"a zstd frame of {announced} bytes where the header says {expected}");
    }
}
