namespace Rubato.Client;

/// <summary>Names of HTTP attributes: OpenTelemetry's conventions 1.24, which the guide uses, and the later names that <see cref="AdaptiveSampler"/> and <see cref="HeadBasedSampler"/> know too.</summary>
public static class HttpAttributes
{
    /// <summary>The request's method: <c>GET</c>.</summary>
    public const string Method = "http.method";

    /// <summary>The answer's status, an integer.</summary>
    public const string StatusCode = "http.status_code";

    /// <summary>The matched route: <c>/user/{id}</c>.</summary>
    public const string Route = "http.route";

    /// <summary>The whole address.</summary>
    public const string Url = "http.url";

    /// <summary>Path and query.</summary>
    public const string Target = "http.target";

    /// <summary><c>http</c> or <c>https</c>.</summary>
    public const string Scheme = "http.scheme";

    /// <summary>The host header.</summary>
    public const string Host = "http.host";

    /// <summary>The client's name for itself.</summary>
    public const string UserAgent = "http.user_agent";

    /// <summary>The client's address.</summary>
    public const string RemoteAddress = "http.remote_addr";

    /// <summary>The path, in the later conventions.</summary>
    public const string UrlPath = "url.path";

    /// <summary>The whole address, in the later conventions.</summary>
    public const string UrlFull = "url.full";

    /// <summary>The answer's status, in the later conventions.</summary>
    public const string ResponseStatusCode = "http.response.status_code";
}
