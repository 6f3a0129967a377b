namespace Rubato.Configuration.Options;

/// <summary><c>keepalive.server_parameters</c>: 0 means gRPC's default.</summary>
internal sealed class GrpcKeepaliveServerOptions
{
    /// <summary>A connection without streams is closed after this long; 0 means never.</summary>
    public TimeSpan MaxConnectionIdle { get; init; }

    /// <summary>A client whose connection is older, a tenth more or less, is asked to open another; 0 means never.</summary>
    public TimeSpan MaxConnectionAge { get; init; }

    /// <summary>How long its calls may take from then on before the connection is closed; 0 means any time.</summary>
    public TimeSpan MaxConnectionAgeGrace { get; init; }

    /// <summary>How often an idle client is asked whether it still lives; 0 means 2h.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>How long it may take to answer; 0 means 20s.</summary>
    public TimeSpan Timeout { get; init; }
}
