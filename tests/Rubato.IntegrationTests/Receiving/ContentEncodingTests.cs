using System.IO.Compression;
using System.Net;
using Google.Protobuf;
using K4os.Compression.LZ4.Streams;
using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;
using Snappier;

namespace Rubato.IntegrationTests.Receiving;

/// <summary>Every Content-Encoding of spec/wire-formats.md 1.3 is understood, its limits hold after decompression too, and others are refused.</summary>
public sealed class ContentEncodingTests(SharedServer shared)
{
    private readonly RubatoProcess _server = shared.Server;

    public static TheoryData<string, string> Encodings => new()
    {
        { "gzip", "gzip" }, { "zstd", "zstd" }, { "zlib", "zlib" }, { "deflate", "zlib" }, { "snappy", "snappy block" }, { "snappy", "snappy framed" }, { "lz4", "lz4" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_compressed_body_arrives(string encoding, string compressor)
    {
        var id = Make.TraceId();
        var request = Make.Request(Enumerable.Range(1, 200).Select(i => Make.Span(id, (ulong)i, "span " + i)).ToArray());
        var answer = await _server.Otlp.PostAsync(Compress(compressor, request.ToByteArray()), encoding: encoding);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        Assert.Equal(200, (await _server.Api.TraceAsync(id)).Count);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_body_that_grows_beyond_the_limit_is_refused(string encoding, string compressor)
    {
        var answer = await _server.Otlp.PostAsync(Compress(compressor, new byte[64 << 20]), encoding: encoding);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal("http: request body too large", answer.RpcStatus.Message);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_body_that_is_something_else_is_refused(string encoding, string compressor)
    {
        _ = compressor;
        var answer = await _server.Otlp.PostAsync([0x99, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08], encoding: encoding);
        Assert.Equal((HttpStatusCode.BadRequest, 3), (answer.Status, answer.RpcStatus.Code));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_truncated_body_is_refused(string encoding, string compressor)
    {
        var whole = Compress(compressor, Make.Request(Make.Span(Make.TraceId(), name: new string('x', 500))).ToByteArray());
        var answer = await _server.Otlp.PostAsync(whole[..(whole.Length / 2)], encoding: encoding);
        Assert.Equal((HttpStatusCode.BadRequest, 3), (answer.Status, answer.RpcStatus.Code));
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    public async Task An_unknown_encoding_is_refused_by_name(string encoding)
    {
        var answer = await _server.Otlp.PostAsync(Make.Request(Make.Span(Make.TraceId())).ToByteArray(), encoding: encoding);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Equal((3, "unsupported Content-Encoding: " + encoding), (answer.RpcStatus.Code, answer.RpcStatus.Message));
    }

    private static byte[] Compress(string compressor, byte[] plain)
    {
        if (compressor == "snappy block") return Snappy.CompressToArray(plain);
        using var packed = new MemoryStream();
        using (Stream stream = compressor switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "zlib" => new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true),
            "zstd" => new ZstdSharp.CompressionStream(packed, leaveOpen: true),
            "lz4" => LZ4Stream.Encode(packed, leaveOpen: true),
            "snappy framed" => new SnappyStream(packed, CompressionMode.Compress, leaveOpen: true),
            _ => throw new ArgumentException(compressor),
        })
        {
            stream.Write(plain);
        }

        return packed.ToArray();
    }
}
