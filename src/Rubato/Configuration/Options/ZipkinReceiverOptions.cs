namespace Rubato.Configuration.Options;

/// <summary><c>distributor.receivers.zipkin</c> or <c>zipkin/name</c>.</summary>
internal sealed class ZipkinReceiverOptions : HttpReceiverOptions
{
    /// <summary>The key in the file, such as <c>zipkin</c> or <c>zipkin/second</c>.</summary>
    [NotAKey]
    public string Name { get; init; } = "zipkin";

    public ListenEndpoint Endpoint { get; init; } = new("localhost", DefaultAddresses.ZipkinPort);

    /// <summary>Whether tags whose text is a number, <c>true</c> or <c>false</c> become attributes of that type.</summary>
    public bool ParseStringTags { get; init; }
}
