namespace Rubato.Configuration.Options;

/// <summary><c>keepalive.enforcement_policy</c>: Kestrel does not count a client's pings, so both are satisfied by any value.</summary>
internal sealed class GrpcKeepaliveEnforcementOptions
{
    public TimeSpan MinTime { get; init; } = TimeSpan.FromSeconds(10);

    public bool PermitWithoutStream { get; init; } = true;
}
