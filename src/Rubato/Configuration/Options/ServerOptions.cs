namespace Rubato.Configuration.Options;

/// <summary><c>server</c>: the ports for questions, and the log.</summary>
internal sealed class ServerOptions
{
    /// <summary>Address of the HTTP API. Loopback unless configured; <c>RUBATO_DEFAULT_ADDRESS</c> changes that default.</summary>
    public string HttpListenAddress { get; init; } = DefaultAddresses.Loopback;

    [ConfigRange(0, 65535)]
    public int HttpListenPort { get; init; } = 3200;

    /// <summary>Open HTTP connections; the next ones are closed at once. 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int HttpListenConnLimit { get; init; } = 10_000;

    /// <summary>Address of the gRPC API.</summary>
    public string GrpcListenAddress { get; init; } = DefaultAddresses.Loopback;

    [ConfigRange(0, 65535)]
    public int GrpcListenPort { get; init; } = 9095;

    /// <summary>Open gRPC connections; the next ones are closed at once. 0 means no limit.</summary>
    [ConfigRange(0, int.MaxValue)]
    public int GrpcListenConnLimit { get; init; } = 10_000;

    /// <summary>Whether <c>/metrics</c> is served.</summary>
    public bool RegisterInstrumentation { get; init; } = true;

    /// <summary>Whether the process runs its code on made-up spans, in memory, before it is ready, so that the first queries find it compiled. About a second of CPU.</summary>
    public bool WarmUp { get; init; } = true;

    /// <summary>Whether the HTTP port has the web UI too, at <c>/</c>.</summary>
    public bool WebUi { get; init; } = true;

    /// <summary>Whether <c>POST /api/rubato/demo</c> makes demo orders where the HTTP port listens beyond loopback too.</summary>
    public bool Demo { get; init; }

    /// <summary>How long requests in flight may take once the process stops.</summary>
    public TimeSpan GracefulShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a client of either port may take to send a request's head, unless <see cref="HttpServerReadHeaderTimeout"/> says; 0 means 30s. A body must come with 240 bytes per second at least.</summary>
    public TimeSpan HttpServerReadTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>0 means the read timeout.</summary>
    public TimeSpan HttpServerReadHeaderTimeout { get; init; }

    [NoEffectYet]
    public TimeSpan HttpServerWriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public TimeSpan HttpServerIdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    [Bytes, ConfigRange(1, int.MaxValue)]
    public int GrpcServerMaxRecvMsgSize { get; init; } = 16 << 20;

    [Bytes, ConfigRange(1, int.MaxValue)]
    [NoEffectYet]
    public int GrpcServerMaxSendMsgSize { get; init; } = 16 << 20;

    [ConfigRange(0, int.MaxValue)]
    public int GrpcServerMaxConcurrentStreams { get; init; } = 100;

    /// <summary>How often an idle client is asked whether it still lives.</summary>
    public TimeSpan GrpcServerKeepaliveTime { get; init; } = TimeSpan.FromHours(2);

    /// <summary>A client that does not answer for this long is gone.</summary>
    public TimeSpan GrpcServerKeepaliveTimeout { get; init; } = TimeSpan.FromSeconds(20);

    [OneOf("debug", "info", "warn", "error")]
    public string LogLevel { get; init; } = "info";

    [OneOf("logfmt", "json")]
    public string LogFormat { get; init; } = "logfmt";

    /// <summary>Web pages of other origins that may ask the query API.</summary>
    public CorsOptions Cors { get; init; } = new();

    /// <summary>Who may ask and send.</summary>
    public AuthOptions Auth { get; init; } = new();

    /// <summary>TLS of the HTTP port.</summary>
    public ServerTlsOptions HttpTlsConfig { get; init; } = new();

    /// <summary>TLS of the gRPC port.</summary>
    public ServerTlsOptions GrpcTlsConfig { get; init; } = new();

    /// <summary>The oldest TLS of both ports. Empty means 1.2, which is also the least that is spoken when an older one is named.</summary>
    [OneOf("", "VersionTLS10", "VersionTLS11", "VersionTLS12", "VersionTLS13")]
    public string TlsMinVersion { get; init; } = "";
}
