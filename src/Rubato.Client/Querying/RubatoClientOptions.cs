namespace Rubato.Client;

/// <summary>Where and how <see cref="RubatoClient"/> asks.</summary>
public sealed record RubatoClientOptions
{
    /// <summary>The HTTP API of Rubato or Tempo; a path in it, as of a proxy, is kept.</summary>
    /// <value><c>http://localhost:3200</c></value>
    public Uri BaseAddress { get; init; } = new("http://localhost:3200");

    /// <summary>The tenant, sent as <c>X-Scope-OrgID</c>; empty where the server has none. For reading, several are joined by <c>|</c>.</summary>
    /// <value>empty</value>
    public string Tenant { get; init; } = "";

    /// <summary>The longest time for one request, its body included; after it a <see cref="TimeoutException"/>.</summary>
    /// <value>30 seconds</value>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest answer that is read, in bytes after decompression; a longer one is an error, not memory.</summary>
    /// <value>256 MiB</value>
    public long MaxAnswerBytes { get; init; } = 256L * 1024 * 1024;
}
