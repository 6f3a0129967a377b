using System.Buffers.Binary;
using System.Text;

namespace Rubato.IntegrationTests.Harness;

/// <summary>HTTP/2 by hand (RFC 9113), for what no client library would send.</summary>
internal static class Http2Bytes
{
    private const byte Data = 0, Headers = 1, Settings = 4;
    private const byte EndHeaders = 4;

    /// <summary>What every connection begins with.</summary>
    public static byte[] Preface => [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, [])];

    /// <summary>The head of a gRPC call, on stream 1.</summary>
    /// <param name="isWhole">Whether it ends with this frame, or others are announced.</param>
    public static byte[] CallHead(string path, bool isWhole = true) => Frame(
        Headers, isWhole ? EndHeaders : (byte)0, 1,
        [.. Header(":method", "POST"), .. Header(":scheme", "http"), .. Header(":path", path), .. Header(":authority", "a"), .. Header("content-type", "application/grpc"), .. Header("te", "trailers")]);

    /// <summary>A part of the body, on stream 1.</summary>
    public static byte[] BodyPart(byte[] content) => Frame(Data, 0, 1, content);

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        (frame[0], frame[1], frame[2], frame[3], frame[4]) = ((byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length, type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    /// <summary>A literal without indexing (RFC 7541, 6.2.2); texts shorter than 127 bytes.</summary>
    private static byte[] Header(string name, string value) =>
        [0, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), (byte)value.Length, .. Encoding.ASCII.GetBytes(value)];
}
