namespace Rubato.Web.Hosting;

/// <summary>What the UI is told by its host rather than by the API.</summary>
public sealed record WebUiOptions
{
    /// <summary><c>http_api_prefix</c>: where the host has the API, such as <c>/tempo</c>; empty for none.</summary>
    public string ApiPrefix { get; init; } = "";

    /// <summary>Whether requests must name a tenant.</summary>
    public bool MultitenancyEnabled { get; init; }

    /// <summary><c>query_frontend.max_convert_bytes</c>: a longer file is not even read.</summary>
    public int MaxFileBytes { get; init; } = 20 << 20;

    /// <summary>The server's version, as people should quote it.</summary>
    public string Version { get; init; } = "";
}
