namespace Rubato.Ingest.Generator;

/// <summary>One entry of <c>metrics_generator.storage.remote_write</c>: Prometheus' own keys and defaults.</summary>
public sealed record RemoteWriteOptions
{
    public required Uri Url { get; init; }

    public string Name { get; init; } = "";

    public TimeSpan RemoteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public string BasicUser { get; init; } = "";

    public string BasicUserFile { get; init; } = "";

    public string BasicPassword { get; init; } = "";

    public string BasicPasswordFile { get; init; } = "";

    public string AuthorizationType { get; init; } = "Bearer";

    public string Credentials { get; init; } = "";

    public string CredentialsFile { get; init; } = "";

    public string ProxyUrl { get; init; } = "";

    public bool FollowRedirects { get; init; } = true;

    /// <summary>The proxy of the environment (<c>HTTPS_PROXY</c> and so on) where <see cref="ProxyUrl"/> names none.</summary>
    public bool ProxyFromEnvironment { get; init; }

    public RemoteWriteTls Tls { get; init; } = new();

    /// <summary>Instead of fixed credentials; null for none.</summary>
    public OAuth2Options? OAuth2 { get; init; }

    /// <summary>What becomes of labels and series on their way to this endpoint.</summary>
    public IReadOnlyList<RelabelRule> WriteRelabel { get; init; } = [];

    public int MinShards { get; init; } = 1;

    public int MaxShards { get; init; } = 50;

    public int MaxSamplesPerSend { get; init; } = 2000;

    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(30);

    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(5);

    public bool RetryOn429 { get; init; }

    /// <summary>Older samples are not sent any more; zero: all are.</summary>
    public TimeSpan SampleAgeLimit { get; init; }

    /// <summary>Without user, password and query: what may be logged.</summary>
    public string Display => Name.Length > 0 ? Name : Url.GetLeftPart(UriPartial.Path).Replace(Url.UserInfo + "@", "", StringComparison.Ordinal);
}
