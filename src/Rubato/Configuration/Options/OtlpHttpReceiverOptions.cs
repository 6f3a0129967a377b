namespace Rubato.Configuration.Options;

/// <summary><c>protocols.http</c> of an OTLP receiver.</summary>
internal sealed class OtlpHttpReceiverOptions : HttpReceiverOptions
{
    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.OtlpHttpPort);

    /// <summary>Begins with <c>/</c>.</summary>
    public string TracesUrlPath { get; init; } = "/v1/traces";
}
