using System.IO.Compression;
using Grpc.Net.Compression;
using Snappier;
using ZstdSharp;

namespace Rubato.Ingest.Receivers;

/// <summary>The message encodings beside gzip that OTLP/gRPC senders use (spec/wire-formats.md 1.3).</summary>
public sealed class ZstdGrpcCompression : ICompressionProvider
{
    public string EncodingName => "zstd";

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => new CompressionStream(stream, leaveOpen: true);

    public Stream CreateDecompressionStream(Stream stream) => new DecompressionStream(stream, leaveOpen: true);
}

/// <inheritdoc cref="ZstdGrpcCompression"/>
public sealed class SnappyGrpcCompression : ICompressionProvider
{
    public string EncodingName => "snappy";

    public Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel) => new SnappyStream(stream, CompressionMode.Compress, leaveOpen: true);

    public Stream CreateDecompressionStream(Stream stream) => new SnappyStream(stream, CompressionMode.Decompress, leaveOpen: true);
}
