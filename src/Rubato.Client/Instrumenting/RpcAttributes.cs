namespace Rubato.Client;

/// <summary>Names of attributes of remote calls (OpenTelemetry's conventions 1.24).</summary>
public static class RpcAttributes
{
    /// <summary><c>grpc</c>.</summary>
    public const string System = "rpc.system";

    /// <summary>The service called.</summary>
    public const string Service = "rpc.service";

    /// <summary>The method called.</summary>
    public const string Method = "rpc.method";
}
