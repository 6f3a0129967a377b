namespace Rubato.Configuration.Options;

/// <summary>Where we listen when nobody says: on this machine only.</summary>
internal static class DefaultAddresses
{
    public const string Loopback = "127.0.0.1";

    /// <summary>Set by the container image to <c>0.0.0.0</c>, where loopback would be unreachable.</summary>
    public const string EnvironmentVariable = "RUBATO_DEFAULT_ADDRESS";

    public const int OtlpGrpcPort = 4317;

    public const int OtlpHttpPort = 4318;

    public const int JaegerGrpcPort = 14250;

    public const int JaegerThriftHttpPort = 14268;

    public const int JaegerThriftCompactPort = 6831;

    public const int JaegerThriftBinaryPort = 6832;

    public const int ZipkinPort = 9411;

    public const int OpenCensusPort = 55678;
}
