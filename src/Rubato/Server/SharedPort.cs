using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Rubato.Server;

/// <summary>
/// Lets one port without TLS speak HTTP/1.1 and HTTP/2 (<c>stream_over_http_enabled</c>). Kestrel cannot: without ALPN it takes such a port for
/// HTTP/1.1. So the first bytes of each connection are looked at: those that begin as HTTP/2 does (RFC 9113, section 3.4) are handed to
/// a second host that speaks HTTP/2 alone and listens here instead of on a socket.
/// <code>
///   port ─► first bytes ─┬─ anything else ──► HTTP/1.1 host
///                        └─ PRI * HTTP/2.0 ─► queue ─► HTTP/2 host
/// </code>
/// The connection stays open until the second host is done with it.
/// </summary>
internal sealed class SharedPort : IConnectionListenerFactory, IConnectionListener
{
    /// <summary>Connections that wait to be taken over; more wait in the middleware.</summary>
    private const int Waiting = 64;

    /// <summary>A connection that sends nothing is nobody's: Kestrel's own limit for request headers comes later.</summary>
    private static readonly TimeSpan FirstBytesLimit = TimeSpan.FromSeconds(30);

    private readonly Channel<Handed> _queue = Channel.CreateBounded<Handed>(Waiting);

    public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>In front of the HTTP/1.1 host.</summary>
    public ConnectionDelegate Sort(ConnectionDelegate next) => async connection =>
    {
        if (!await IsHttp2Async(connection.Transport.Input))
        {
            await next(connection);
            return;
        }

        var handed = new Handed(connection);
        try
        {
            await _queue.Writer.WriteAsync(handed, connection.ConnectionClosed);
            await handed.Done;
        }
        catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
        {
            // The server stops, or the client left: the connection ends with this method.
        }
    };

    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(this);

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _queue.Reader.ReadAsync(cancellationToken);
        }
        catch (Exception e) when (e is ChannelClosedException or OperationCanceledException)
        {
            return null;
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        _queue.Writer.TryComplete();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => UnbindAsync();

    /// <summary>Reads as little as tells, and leaves it unread for whoever gets the connection.</summary>
    private static async ValueTask<bool> IsHttp2Async(PipeReader input)
    {
        using var limit = new CancellationTokenSource(FirstBytesLimit);
        while (true)
        {
            ReadResult result;
            try
            {
                result = await input.ReadAsync(limit.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException)
            {
                // Silent too long, or gone: the HTTP/1.1 host knows what to do with either.
                return false;
            }

            var buffer = result.Buffer;
            var length = (int)Math.Min(buffer.Length, Preface.Length);
            var isSame = IsPreface(buffer.Slice(0, length), length);
            var isKnown = !isSame || length == Preface.Length || result.IsCompleted;
            // Nothing is consumed; what was looked at counts as unseen once the decision is made, or the next reader would wait for more.
            input.AdvanceTo(buffer.Start, isKnown ? buffer.Start : buffer.End);
            if (isKnown) return isSame && length == Preface.Length;
        }
    }

    private static bool IsPreface(in ReadOnlySequence<byte> begin, int length)
    {
        Span<byte> bytes = stackalloc byte[24];
        begin.CopyTo(bytes);
        return bytes[..length].SequenceEqual(Preface[..length]);
    }

    /// <summary>A connection of the port, for the second host: closed for it means given back.</summary>
    private sealed class Handed : ConnectionContext
    {
        private readonly ConnectionContext _connection;
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Handed(ConnectionContext connection)
        {
            _connection = connection;
            // Features of its own, over those of the connection: each host puts its bookkeeping there.
            Features = new FeatureCollection(connection.Features);
            Transport = connection.Transport;
            Items = new Dictionary<object, object?>();
            ConnectionId = connection.ConnectionId;
            ConnectionClosed = connection.ConnectionClosed;
            LocalEndPoint = connection.LocalEndPoint;
            RemoteEndPoint = connection.RemoteEndPoint;
        }

        public Task Done => _done.Task;

        public override string ConnectionId { get; set; }

        public override IFeatureCollection Features { get; }

        public override IDictionary<object, object?> Items { get; set; }

        public override IDuplexPipe Transport { get; set; }

        public override void Abort(ConnectionAbortedException abortReason) => _connection.Abort(abortReason);

        public override async ValueTask DisposeAsync()
        {
            await base.DisposeAsync();
            _done.TrySetResult();
        }
    }
}
