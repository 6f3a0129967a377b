using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Prometheus;
using Rubato.Ingest.Receivers.Thrift;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Scanning;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>
/// Jaeger's agent ports: UDP packets, each a call of <c>emitBatch</c> (spec/wire-formats.md 3.3).
/// </summary>
/// <remarks>
/// <code>socket ── one reading loop ──► queue (bounded) ──► workers: translate, push</code>
/// Nobody can be answered, so whatever cannot be kept is dropped and counted with its reason. A packet in the queue holds a pooled buffer of
/// its own size: at most <c>queue_size</c> times <c>max_packet_size</c> in all.
/// </remarks>
public sealed partial class JaegerUdpReceiver : IAsyncDisposable
{
    private readonly ISpanSink _sink;
    private readonly TenantResolver _tenants;
    private readonly JaegerUdpOptions _options;
    private readonly ILogger _logger;
    private readonly PushSource _source;
    private readonly Counter.Child _packets;
    private readonly Socket _socket;
    private readonly Channel<PooledBytes> _queue;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _giveUp = new();
    private Task _loops = Task.CompletedTask;

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public JaegerUdpReceiver(ISpanSink sink, TenantResolver tenants, JaegerUdpOptions options, ILogger<JaegerUdpReceiver> logger)
    {
        _sink = sink;
        _tenants = tenants;
        _options = options;
        _logger = logger;
        _source = new PushSource("jaeger", options.IsCompact ? "udp_thrift_compact" : "udp_thrift_binary");
        _packets = JaegerMetrics.Packets.WithLabels(_source.Transport);
        _queue = Channel.CreateBounded<PooledBytes>(new BoundedChannelOptions(options.QueueSize) { SingleWriter = true });
        _socket = new Socket(options.Endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (options.SocketBufferBytes > 0) _socket.ReceiveBufferSize = options.SocketBufferBytes;
            _socket.Bind(options.Endpoint);
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>The address that was bound, with the real port where port 0 was asked for.</summary>
    public IPEndPoint LocalEndpoint => (IPEndPoint)_socket.LocalEndPoint!;

    public void Start() => _loops = Task.WhenAll(Enumerable.Range(0, _options.Workers).Select(_ => Task.Run(WorkAsync)).Prepend(Task.Run(ReceiveAsync)));

    /// <summary>Takes no more packets and waits until those in the queue are kept; those that are not by the limit are dropped and counted.</summary>
    public async Task StopAsync(CancellationToken limit)
    {
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync();
        using var registration = limit.Register(_giveUp.Cancel);
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None);
        _socket.Dispose();
        _stop.Dispose();
        _giveUp.Dispose();
    }

    private async Task ReceiveAsync()
    {
        // One byte more than is taken: a packet that fills it was too large.
        var buffer = new byte[_options.MaxPacketBytes + 1];
        try
        {
            while (true)
            {
                var length = await ReceiveOneAsync(buffer);
                if (length < 0) continue;
                _packets.Inc();
                if (length > _options.MaxPacketBytes)
                {
                    Drop("too_large", "the packet is larger than max_packet_size");
                    continue;
                }

                var packet = new PooledBytes(length, int.MaxValue);
                buffer.AsSpan(0, length).CopyTo(packet.GetSpan(length));
                packet.Advance(length);
                if (_queue.Writer.TryWrite(packet)) continue;
                packet.Dispose();
                Drop("queue_full", "all workers are busy and queue_size packets wait");
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        finally
        {
            _queue.Writer.Complete();
        }
    }

    // What the network reports about one packet (a port that is not reachable, a message too long) ends nothing.
    private async ValueTask<int> ReceiveOneAsync(byte[] buffer)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, SocketFlags.None, _stop.Token);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.MessageSize)
        {
            return buffer.Length;
        }
        catch (SocketException e)
        {
            LogSocket(_logger, _source.Transport, e.Message);
            return -1;
        }
    }

    private async Task WorkAsync()
    {
        await foreach (var packet in _queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            using (packet)
            {
                try
                {
                    await HandleAsync(packet.Memory);
                }
                catch (Exception e)
                {
                    // One packet's trouble must not end a worker.
                    Drop("refused", e.Message);
                }
            }
        }
    }

    private async ValueTask HandleAsync(ReadOnlyMemory<byte> packet)
    {
        _giveUp.Token.ThrowIfCancellationRequested();
        if (!_tenants.TryResolve(null, out var tenant, out _, out var message))
        {
            Drop("no_tenant", message);
            return;
        }

        using var translation = new OtlpTranslation(packet.Length);
        switch (Translate(packet.Span, translation, out var error))
        {
            case AgentCall.NotSupported:
                Drop("not_supported", "only emitBatch is understood");
                return;
            case AgentCall.Malformed:
                Drop("malformed", error);
                return;
        }

        var result = await _sink.PushAsync(tenant, translation.Request, _source, _giveUp.Token);
        if (result.Status != PushStatus.Accepted) Drop("refused", result.Message);
    }

    private AgentCall Translate(ReadOnlySpan<byte> packet, OtlpTranslation translation, out string error)
    {
        if (_options.IsCompact)
        {
            var compact = new ThriftCompactReader(packet);
            return JaegerThriftTranslator.TranslateCall(ref compact, packet, translation, out error);
        }

        var binary = new ThriftBinaryReader(packet);
        return JaegerThriftTranslator.TranslateCall(ref binary, packet, translation, out error);
    }

    private void Drop(string reason, string detail)
    {
        JaegerMetrics.DroppedPackets.WithLabels(_source.Transport, reason).Inc();
        LogDropped(_logger, _source.Transport, reason, detail);
    }

    [LoggerMessage(EventId = 2302, EventName = "JaegerPacketDropped", Level = LogLevel.Debug, Message = "Jaeger UDP packet dropped transport={Transport} reason={Reason} detail={Detail}")]
    private static partial void LogDropped(ILogger logger, string transport, string reason, string detail);

    [LoggerMessage(EventId = 2303, EventName = "JaegerSocketError", Level = LogLevel.Debug, Message = "Jaeger UDP socket reported an error transport={Transport} err={Error}")]
    private static partial void LogSocket(ILogger logger, string transport, string error);
}
