using System.Net;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary><c>protocols.thrift_compact</c> or <c>thrift_binary</c> of a Jaeger receiver.</summary>
public sealed record JaegerUdpOptions
{
    public required IPEndPoint Endpoint { get; init; }

    /// <summary>Whether packets are in Thrift's compact protocol; else in the binary one.</summary>
    public required bool IsCompact { get; init; }

    /// <summary><c>queue_size</c>: packets that may wait.</summary>
    public int QueueSize { get; init; } = 1000;

    /// <summary><c>max_packet_size</c> in bytes.</summary>
    public int MaxPacketBytes { get; init; } = 65_000;

    /// <summary><c>workers</c>.</summary>
    public int Workers { get; init; } = 10;

    /// <summary><c>socket_buffer_size</c> in bytes; 0 means the kernel's default.</summary>
    public int SocketBufferBytes { get; init; }
}
