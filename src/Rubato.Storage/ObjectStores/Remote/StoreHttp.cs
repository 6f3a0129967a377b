using System.Net;

namespace Rubato.Storage.ObjectStores.Remote;

/// <summary>The HTTP client under a store's library. One per store; owned by its protocol.</summary>
public sealed class StoreHttp : IDisposable
{
    /// <summary>A host that does not answer a connection at all. Short, since a dead store must be found out while a query waits.</summary>
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(3);

    private readonly StoreHttpHandler _handler;

    /// <param name="tls">Null for plain HTTP and for the system's own settings.</param>
    /// <exception cref="ArgumentException">A TLS setting that cannot be used.</exception>
    public StoreHttp(StoreTlsOptions? tls, TimeProvider time)
    {
        var sockets = new SocketsHttpHandler
        {
            ConnectTimeout = ConnectTimeout,
            // A store behind a name moves now and then.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = 512,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
        };
        if (tls is not null)
            sockets.SslOptions = StoreTls.Build(tls);
        _handler = new StoreHttpHandler(sockets, time);
        // No time limit here: RemoteObjectStore has one for each try.
        Client = new HttpClient(_handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public HttpClient Client { get; }

    internal TimeSpan? ClockSkew => _handler.ClockSkew;

    public void Dispose() => Client.Dispose();
}
