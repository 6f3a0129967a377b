namespace Rubato.Configuration.Options;

/// <summary><c>protocols.thrift_compact</c> and <c>protocols.thrift_binary</c> of a Jaeger receiver: what clients sent to the agent on their machine.</summary>
internal sealed class ThriftUdpReceiverOptions
{
    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.JaegerThriftCompactPort);

    /// <summary>Packets that may wait for a worker; more are dropped and counted.</summary>
    [ConfigRange(1, 1_000_000)]
    public int QueueSize { get; init; } = 1000;

    /// <summary>Larger packets are dropped and counted. UDP itself carries 65507 bytes at most.</summary>
    [Bytes, ConfigRange(1, 65_535)]
    public int MaxPacketSize { get; init; } = 65_000;

    /// <summary>Packets that are worked on at the same time.</summary>
    [ConfigRange(1, 1024)]
    public int Workers { get; init; } = 10;

    /// <summary>Bytes that the kernel may hold for us; 0 means its own default.</summary>
    [Bytes, ConfigRange(0, int.MaxValue)]
    public int SocketBufferSize { get; init; }
}
