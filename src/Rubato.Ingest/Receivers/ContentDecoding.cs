using System.IO.Compression;
using K4os.Compression.LZ4.Streams;
using Snappier;
using ZstdSharp;

namespace Rubato.Ingest.Receivers;

/// <summary>Undoes the Content-Encodings that receivers take (spec/wire-formats.md 1.3), never beyond a size limit.</summary>
internal static class ContentDecoding
{
    private static ReadOnlySpan<byte> SnappyStreamHeader => [0xFF, 0x06, 0x00, 0x00, (byte)'s', (byte)'N', (byte)'a', (byte)'P', (byte)'p', (byte)'Y'];

    /// <summary>Whether the encoding is known; absent means plain. <c>identity</c> is not taken, as in the collector.</summary>
    public static bool IsKnown(string? encoding) => encoding is null or "" or "gzip" or "zstd" or "zlib" or "deflate" or "snappy" or "lz4";

    /// <summary>Gives the plain body; disposes the encoded one unless it is the answer.</summary>
    /// <exception cref="InvalidDataException">The body is not of that encoding.</exception>
    /// <exception cref="BodyTooLargeException">The plain body is larger than <paramref name="limit"/>.</exception>
    public static PooledBytes Decode(string? encoding, PooledBytes body, int limit)
    {
        if (string.IsNullOrEmpty(encoding)) return body;
        using (body)
        {
            if (encoding == "snappy" && !body.Span.StartsWith(SnappyStreamHeader)) return DecodeSnappyBlock(body, limit);
            using var source = new MemoryStream(body.Memory.ToArray(), writable: false);
            var plain = new PooledBytes(body.Length * 4, limit);
            try
            {
                using var decoder = Open(encoding, source);
                while (true)
                {
                    // At most one byte past the limit is ever produced.
                    var room = plain.GetSpan(4096);
                    var want = (int)Math.Min(room.Length, (long)limit - plain.Length + 1);
                    var read = decoder.Read(room[..want]);
                    if (read == 0) return plain;
                    plain.Advance(read);
                }
            }
            catch (Exception e) when (e is not (BodyTooLargeException or ReceiversBusyException))
            {
                plain.Dispose();
                throw new InvalidDataException($"the body is not valid {encoding}: {e.Message}", e);
            }
            catch
            {
                plain.Dispose();
                throw;
            }
        }
    }

    private static Stream Open(string encoding, Stream source) => encoding switch
    {
        "gzip" => new GZipStream(source, CompressionMode.Decompress),
        "zlib" or "deflate" => new ZLibStream(source, CompressionMode.Decompress),
        "zstd" => new DecompressionStream(source),
        "snappy" => new SnappyStream(source, CompressionMode.Decompress),
        "lz4" => LZ4Stream.Decode(source),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "unknown encoding"),
    };

    private static PooledBytes DecodeSnappyBlock(PooledBytes body, int limit)
    {
        int length;
        try
        {
            length = Snappy.GetUncompressedLength(body.Span);
        }
        catch (Exception e)
        {
            throw new InvalidDataException($"the body is not valid snappy: {e.Message}", e);
        }

        if (length > limit || length < 0) throw new BodyTooLargeException(limit);
        var plain = new PooledBytes(length, limit);
        try
        {
            plain.Advance(Snappy.Decompress(body.Span, plain.GetSpan(length)));
            return plain;
        }
        catch (Exception e) when (e is not (BodyTooLargeException or ReceiversBusyException))
        {
            plain.Dispose();
            throw new InvalidDataException($"the body is not valid snappy: {e.Message}", e);
        }
    }
}
