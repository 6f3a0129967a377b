using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Prometheus;
using Rubato.Ingest;

namespace Rubato.Server;

/// <summary>
/// In front of one listener: counts its open connections, closes those beyond the limit at once, and those whose client says nothing.
/// Whoever is connected already does not notice.
/// </summary>
internal sealed partial class ConnectionGate
{
    // The first is named as in Tempo, which has it for http and grpc.
    private static readonly Gauge OpenConnections = Metrics.CreateGauge("tempo_tcp_connections", "Open connections, by port.", "protocol");
    private static readonly Counter RefusedConnections = Metrics.CreateCounter(
        "rubato_listener_refused_connections_total", "Connections that a port closed unserved: limit (as many as it may have were open), handles (all ports together had as many as the process has file handles for), silent (no first byte in time).", "listener", "reason");

    private readonly ConnectionLimits _limits;
    private readonly ConnectionTotal _total;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly LogLimiter _mayLog;
    private readonly Gauge.Child _openConnections;
    private readonly Counter.Child _beyondLimit;
    private readonly Counter.Child _beyondHandles;
    private readonly Counter.Child _silent;
    private int _open;

    public ConnectionGate(string listener, ConnectionLimits limits, ConnectionTotal total, TimeProvider time, ILogger logger)
    {
        Listener = listener;
        _limits = limits;
        _total = total;
        _time = time;
        _logger = logger;
        _mayLog = new LogLimiter(TimeSpan.FromSeconds(10), time);
        _openConnections = OpenConnections.WithLabels(listener);
        _beyondLimit = RefusedConnections.WithLabels(listener, "limit");
        _beyondHandles = RefusedConnections.WithLabels(listener, "handles");
        _silent = RefusedConnections.WithLabels(listener, "silent");
    }

    public string Listener { get; }

    /// <summary>Null where connections may live for ever.</summary>
    public ConnectionAge? Age { get; init; }

    public TimeSpan ReadHeaderTimeout => _limits.ReadHeaderTimeout;

    /// <summary>Comes first, so that handshakes count.</summary>
    public ConnectionDelegate Count(ConnectionDelegate next) => async connection =>
    {
        var (hasHandle, open) = (_total.TryEnter(), Interlocked.Increment(ref _open));
        try
        {
            if (_limits.MaxConnections > 0 && open > _limits.MaxConnections)
            {
                Refuse(connection, _beyondLimit, _limits.MaxConnections, _limits.Key);
                return;
            }

            if (!hasHandle)
            {
                Refuse(connection, _beyondHandles, _total.Max, ConnectionTotal.Key);
                return;
            }

            using (_openConnections.TrackInProgress()) await next(connection);
        }
        finally
        {
            Interlocked.Decrement(ref _open);
            _total.Leave();
        }
    };

    /// <summary>
    /// For HTTP/2, behind TLS. Before its preface Kestrel waits as long as between two requests, and a gRPC sender may rest for a day: somebody who only
    /// connects must not hold a place that long.
    /// </summary>
    public ConnectionDelegate WaitForFirstByte(ConnectionDelegate next) => async connection =>
    {
        if (await IsSilentAsync(connection.Transport.Input))
        {
            _silent.Inc();
            connection.Abort(new ConnectionAbortedException($"nothing was sent within {ReadHeaderTimeout}"));
            return;
        }

        await next(connection);
    };

    private void Refuse(ConnectionContext connection, Counter.Child counter, int limit, string key)
    {
        counter.Inc();
        if (_mayLog.TryPass()) Log.Refused(_logger, Listener, limit, key, connection.RemoteEndPoint?.ToString() ?? "");
        connection.Abort(new ConnectionAbortedException($"there are {limit} connections already ({key})"));
    }

    private async ValueTask<bool> IsSilentAsync(PipeReader input)
    {
        using var limit = new CancellationTokenSource(ReadHeaderTimeout, _time);
        try
        {
            var result = await input.ReadAsync(limit.Token);
            // Nothing is consumed and nothing counts as seen: whoever serves the connection finds all of it.
            input.AdvanceTo(result.Buffer.Start);
            return false;
        }
        catch (OperationCanceledException)
        {
            return limit.IsCancellationRequested;
        }
        catch (IOException)
        {
            // The client is gone: who serves the connection meets the same and knows what to do.
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1092, EventName = "ConnectionsRefused", Level = LogLevel.Warning,
            Message = "connection refused, there are as many as there may be (at most one line in ten seconds): raise the key, or find out who opens so many listener={Listener} limit={Limit} key={Key} remote={Remote}")]
        public static partial void Refused(ILogger logger, string listener, int limit, string key, string remote);
    }
}

/// <summary>What clients of one listener may hold, and how long before they say something.</summary>
/// <param name="MaxConnections">0 for any number.</param>
/// <param name="Key">Of the configuration, where an operator changes the number.</param>
/// <param name="ReadHeaderTimeout">For a request's head and, over HTTP/2, for the first byte of a connection. Zero or less means <see cref="UsualReadHeaderTimeout"/>: there is no waiting without end.</param>
internal sealed record ConnectionLimits(int MaxConnections, string Key, TimeSpan ReadHeaderTimeout)
{
    public static readonly TimeSpan UsualReadHeaderTimeout = TimeSpan.FromSeconds(30);

    public TimeSpan ReadHeaderTimeout { get; } = ReadHeaderTimeout > TimeSpan.Zero ? ReadHeaderTimeout : UsualReadHeaderTimeout;
}
