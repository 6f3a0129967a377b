namespace Rubato.Configuration.Options;

/// <summary><c>protocols.thrift_http</c> of a Jaeger receiver.</summary>
internal sealed class ThriftHttpReceiverOptions : HttpReceiverOptions
{
    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.JaegerThriftHttpPort);
}
