namespace Rubato.Ingest.Generator;

/// <summary><c>oauth2</c> of an endpoint: tokens by client credentials (RFC 6749, 4.4).</summary>
public sealed record OAuth2Options
{
    public required Uri TokenUrl { get; init; }

    public string ClientId { get; init; } = "";

    public string ClientSecret { get; init; } = "";

    public string ClientSecretFile { get; init; } = "";

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyDictionary<string, string> EndpointParams { get; init; } = new Dictionary<string, string>();

    public string ProxyUrl { get; init; } = "";

    public RemoteWriteTls Tls { get; init; } = new();
}
