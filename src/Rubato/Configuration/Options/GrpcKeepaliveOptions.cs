namespace Rubato.Configuration.Options;

/// <summary><c>keepalive</c> of a gRPC receiver.</summary>
internal sealed class GrpcKeepaliveOptions
{
    public GrpcKeepaliveServerOptions ServerParameters { get; init; } = new();

    public GrpcKeepaliveEnforcementOptions EnforcementPolicy { get; init; } = new();
}
