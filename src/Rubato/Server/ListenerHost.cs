using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Rubato.Configuration.Options;
using Rubato.Web.Hosting;

namespace Rubato.Server;

/// <summary>
/// One listening port with a web host of its own, so that each has its own size limits and timeouts, and listeners can start
/// last and stop first, one by one.
/// </summary>
internal sealed class ListenerHost : IAsyncDisposable
{
    /// <summary>After a grace of five seconds, a body that comes slower ends the connection, and so does a reader that is slower.</summary>
    private static readonly MinDataRate Slowest = new(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));

    private readonly WebApplication _app;

    private ListenerHost(string name, WebApplication app)
    {
        Name = name;
        _app = app;
    }

    public string Name { get; }

    /// <summary>The address that was bound, with the real port where port 0 was asked for.</summary>
    public string Address { get; private set; } = "";

    public int Port => new Uri(Address).Port;

    /// <summary>Builds the host; <see cref="StartAsync"/> binds. <paramref name="connection"/> sees each connection before HTTP does, after TLS.</summary>
    public static ListenerHost Create(
        ConnectionGate gate,
        ListenEndpoint endpoint,
        HttpProtocols protocols,
        ILoggerFactory loggers,
        Action<KestrelServerOptions> kestrel,
        Action<IServiceCollection> services,
        Action<WebApplication> configure,
        Func<ConnectionDelegate, ConnectionDelegate>? connection = null,
        ListenerTls? tls = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = "rubato",
            // Files of the web UI lie beside the executable, wherever it was started.
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Services.AddSingleton(loggers);
        builder.Services.AddLogging();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore();
        WebUi.UseFiles(builder.WebHost);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = null;
            options.Limits.RequestHeadersTimeout = gate.ReadHeaderTimeout;
            options.Limits.MinRequestBodyDataRate = options.Limits.MinResponseDataRate = Slowest;
            kestrel(options);
            if (endpoint.IsLocalhost && endpoint.Port != 0) options.ListenLocalhost(endpoint.Port, Configure);
            else options.Listen(Resolve(endpoint), endpoint.Port, Configure);
        });
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        services(builder.Services);
        var app = builder.Build();
        configure(app);
        return new ListenerHost(gate.Listener, app);

        void Configure(ListenOptions listen)
        {
            listen.Protocols = protocols;
            listen.Use(gate.Count);
            if (gate.Age is { } age) listen.Use(age.End);
            // With a connection delegate both protocols are spoken: it sorts them.
            tls?.Use(listen, connection is null ? protocols : HttpProtocols.Http1AndHttp2);
            if (protocols == HttpProtocols.Http2) listen.Use(gate.WaitForFirstByte);
            if (connection is not null) listen.Use(connection);
        }
    }

    /// <exception cref="ListenException">The port cannot be bound.</exception>
    public async Task StartAsync(ListenEndpoint endpoint, CancellationToken cancellationToken)
    {
        try
        {
            await _app.StartAsync(cancellationToken);
        }
        catch (IOException e)
        {
            throw new ListenException($"cannot listen on {endpoint} for {Name}: {e.InnerException?.Message ?? e.Message}", e);
        }

        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Address = addresses.First();
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <exception cref="ListenException">The host name has no address.</exception>
    public static IPAddress Resolve(ListenEndpoint endpoint)
    {
        if (endpoint.TryGetAddress(out var address)) return address;
        try
        {
            return Dns.GetHostAddresses(endpoint.Host).FirstOrDefault()
                ?? throw new ListenException($"cannot listen on {endpoint}: the host name has no address", null);
        }
        catch (System.Net.Sockets.SocketException e)
        {
            throw new ListenException($"cannot listen on {endpoint}: {e.Message}", e);
        }
    }
}

/// <summary>A port cannot be bound; the message is one clear line for the operator.</summary>
internal sealed class ListenException(string message, Exception? inner) : Exception(message, inner);
