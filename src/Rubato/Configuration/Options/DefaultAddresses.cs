namespace Rubato.Configuration.Options;

/// <summary>Where we listen when nobody says: on this machine only.</summary>
internal static class DefaultAddresses
{
    public const string Loopback = "127.0.0.1";

    /// <summary>Set by the container image to <c>0.0.0.0</c>, where loopback would be unreachable.</summary>
    public const string EnvironmentVariable = "RUBATO_DEFAULT_ADDRESS";

    public const int OtlpGrpcPort = 4317;

    public const int OtlpHttpPort = 4318;
}
