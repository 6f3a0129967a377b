using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using K4os.Compression.LZ4;
using Snappier;
using ZstdSharp;

namespace Rubato.Storage.Wal;

/// <summary>Whole payloads in, whole payloads out, no stream between.</summary>
internal static class WalCompression
{
    // A context is about 1 MB: as many as may run at once, kept for the life of the process.
    private static readonly ConcurrentBag<Compressor> Compressors = [];
    private static readonly ConcurrentBag<Decompressor> Decompressors = [];

    /// <summary>Room that the result needs at most, also when nothing shrinks.</summary>
    public static int MaxBytes(WalEncoding encoding, int length) => encoding switch
    {
        WalEncoding.Snappy => Snappy.GetMaxCompressedLength(length),
        WalEncoding.Zstd => Compressor.GetCompressBound(length),
        WalEncoding.Lz4 => LZ4Codec.MaximumOutputSize(length),
        // Stored blocks of deflate: 5 bytes for each 16 KiB, and 18 around all.
        WalEncoding.Gzip => length + (length >> 10) + 64,
        _ => length,
    };

    /// <summary>Compresses, or copies when that is not smaller; <paramref name="encoding"/> becomes what was done.</summary>
    public static int Compress(ref WalEncoding encoding, ReadOnlySpan<byte> payload, Span<byte> into)
    {
        var written = encoding switch
        {
            WalEncoding.Snappy => Snappy.Compress(payload, into),
            WalEncoding.Zstd => CompressZstd(payload, into),
            WalEncoding.Lz4 => LZ4Codec.Encode(payload, into),
            WalEncoding.Gzip => CompressGzip(payload, into),
            _ => -1,
        };
        if (written > 0 && written < payload.Length)
            return written;

        encoding = WalEncoding.None;
        payload.CopyTo(into);
        return payload.Length;
    }

    /// <exception cref="InvalidDataException">The bytes are not what the encoding says.</exception>
    public static void Decompress(WalEncoding encoding, ReadOnlySpan<byte> stored, Span<byte> payload)
    {
        try
        {
            var written = encoding switch
            {
                WalEncoding.None => Copy(stored, payload),
                WalEncoding.Snappy => Snappy.Decompress(stored, payload),
                WalEncoding.Zstd => DecompressZstd(stored, payload),
                WalEncoding.Lz4 => LZ4Codec.Decode(stored, payload),
                WalEncoding.Gzip => DecompressGzip(stored, payload),
                _ => throw new InvalidDataException($"unknown WAL encoding {(byte)encoding}"),
            };
            if (written != payload.Length)
                throw new InvalidDataException($"{encoding}: {payload.Length} bytes expected, {written} found");
        }
        catch (Exception e) when (e is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"{encoding}: {e.Message}", e);
        }
    }

    private static int Copy(ReadOnlySpan<byte> stored, Span<byte> payload)
    {
        stored.CopyTo(payload);
        return stored.Length;
    }

    private static int CompressZstd(ReadOnlySpan<byte> payload, Span<byte> into)
    {
        if (!Compressors.TryTake(out var compressor))
            compressor = new Compressor(level: 1);
        var written = compressor.Wrap(payload, into);
        Compressors.Add(compressor);
        return written;
    }

    private static int DecompressZstd(ReadOnlySpan<byte> stored, Span<byte> payload)
    {
        if (!Decompressors.TryTake(out var decompressor))
            decompressor = new Decompressor();
        var written = decompressor.Unwrap(stored, payload);
        Decompressors.Add(decompressor);
        return written;
    }

    private static int CompressGzip(ReadOnlySpan<byte> payload, Span<byte> into)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(into.Length);
        try
        {
            using var target = new MemoryStream(buffer, 0, into.Length);
            using (var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(payload);
            buffer.AsSpan(0, (int)target.Position).CopyTo(into);
            return (int)target.Position;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int DecompressGzip(ReadOnlySpan<byte> stored, Span<byte> payload)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(stored.Length);
        try
        {
            stored.CopyTo(buffer);
            using var gzip = new GZipStream(new MemoryStream(buffer, 0, stored.Length), CompressionMode.Decompress);
            return gzip.ReadAtLeast(payload, payload.Length, throwOnEndOfStream: false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
