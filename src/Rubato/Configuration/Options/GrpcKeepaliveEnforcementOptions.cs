namespace Rubato.Configuration.Options;

/// <summary><c>keepalive.enforcement_policy</c>: pings of clients are not counted here, so none is refused for them.</summary>
internal sealed class GrpcKeepaliveEnforcementOptions
{
    [NoEffectYet]
    public TimeSpan MinTime { get; init; } = TimeSpan.FromSeconds(10);

    [NoEffectYet]
    public bool PermitWithoutStream { get; init; } = true;
}
