using System.Collections.Concurrent;
using ZstdSharp;

namespace Rubato.Storage.Parquet.Reading;

/// <summary>Decompressors, kept for reuse: one for each thread that decodes at the same time, so bounded by the cores that ever did.</summary>
internal static class Decompression
{
    private static readonly ConcurrentBag<Decompressor> Idle = [];

    /// <summary>Fills all of <paramref name="target"/>, or throws <see cref="ParquetFormatException"/> saying what is wrong.</summary>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> target)
    {
        if (!Idle.TryTake(out Decompressor? zstd))
            zstd = new Decompressor();
        try
        {
            int written = zstd.Unwrap(packed, target);
            if (written != target.Length)
                throw new ParquetFormatException($"{written} bytes came out of zstd where the header says {target.Length}");
        }
        catch (ZstdException e)
        {
            throw new ParquetFormatException($"zstd cannot read it ({e.Message})", e);
        }
        finally
        {
            Idle.Add(zstd);
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
