using Rubato.Configuration.Options;

namespace Rubato.Server;

/// <summary>Which listener gets which limits of connections.</summary>
internal sealed partial class RubatoServer
{
    // Apart, so that a crowd of senders does not keep an operator from /metrics.
    private readonly ConnectionTotal _senders = ConnectionTotal.OfThisProcess(quarters: 3);
    private readonly ConnectionTotal _askers = ConnectionTotal.OfThisProcess(quarters: 1);

    private TimeSpan ServerReadHeaderTimeout =>
        _config.Server.HttpServerReadHeaderTimeout > TimeSpan.Zero ? _config.Server.HttpServerReadHeaderTimeout : _config.Server.HttpServerReadTimeout;

    private ConnectionGate HttpGate() => Gate("http", new(_config.Server.HttpListenConnLimit, "server.http_listen_conn_limit", ServerReadHeaderTimeout), _askers);

    /// <summary>Behind the HTTP port, whose gate has counted the connection.</summary>
    private ConnectionGate Http2OfHttpGate() => Gate("http (HTTP/2)", new(0, "", ServerReadHeaderTimeout), new ConnectionTotal(int.MaxValue));

    private ConnectionGate GrpcGate() => Gate("grpc", new(_config.Server.GrpcListenConnLimit, "server.grpc_listen_conn_limit", ServerReadHeaderTimeout), _askers);

    /// <summary>Each receiver's port has the whole limit for itself: a crowd at one does not keep senders from the others.</summary>
    private ConnectionGate ReceiverGate(string listener, GrpcKeepaliveServerOptions keepalive) => Gate(
        listener, ReceiverLimits(TimeSpan.Zero), _senders,
        keepalive.MaxConnectionAge > TimeSpan.Zero ? new ConnectionAge(keepalive.MaxConnectionAge, keepalive.MaxConnectionAgeGrace, _time, _random) : null);

    private ConnectionGate ReceiverGate(string listener, HttpReceiverOptions http) => Gate(listener, ReceiverLimits(http.ReadHeaderTimeout), _senders);

    private ConnectionLimits ReceiverLimits(TimeSpan readHeaderTimeout) => new(
        _config.Distributor.ReceiverConnLimit, "distributor.receiver_conn_limit", readHeaderTimeout > TimeSpan.Zero ? readHeaderTimeout : _config.Distributor.ReceiverReadHeaderTimeout);

    private ConnectionGate Gate(string listener, ConnectionLimits limits, ConnectionTotal total, ConnectionAge? age = null) =>
        new(listener, limits, total, _time, _loggers.CreateLogger<ConnectionGate>()) { Age = age };
}
