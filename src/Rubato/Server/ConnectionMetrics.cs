using Microsoft.AspNetCore.Connections;
using Prometheus;

namespace Rubato.Server;

/// <summary><c>tempo_tcp_connections</c> of each port, by the listener's name: <c>http</c> and <c>grpc</c> as in Tempo, and the receivers.</summary>
internal static class ConnectionMetrics
{
    private static readonly Gauge Open = Metrics.CreateGauge("tempo_tcp_connections", "Open connections, by port.", "protocol");

    public static Func<ConnectionDelegate, ConnectionDelegate> Middleware(string listener)
    {
        var open = Open.WithLabels(listener);
        return next => async connection =>
        {
            using (open.TrackInProgress()) await next(connection);
        };
    }
}
