namespace Rubato.Configuration.Options;

/// <summary><c>query_frontend</c>: which questions are answered.</summary>
internal sealed class QueryFrontendOptions
{
    /// <summary>Queries of one tenant that may wait; more are answered 429.</summary>
    [ConfigRange(1)]
    public int MaxOutstandingPerTenant { get; init; } = 2000;

    /// <summary>Whether <c>X-Scope-OrgID: a|b</c> may ask for several tenants at once.</summary>
    public bool MultiTenantQueriesEnabled { get; init; } = true;

    /// <summary>Longest time for any request; 0 means no limit.</summary>
    public TimeSpan ApiTimeout { get; init; }

    /// <summary>Regular expressions; a request whose URL matches one is answered 400.</summary>
    public IReadOnlyList<string> UrlDenyList { get; init; } = [];

    [Bytes, ConfigRange(0, int.MaxValue)]
    public int MaxQueryExpressionSizeBytes { get; init; } = 131_072;

    /// <summary>A file that <c>POST /api/rubato/convert</c> and the web UI open, also unpacked; a longer one is answered 413.</summary>
    [Bytes, ConfigRange(1, 1 << 30)]
    public int MaxConvertBytes { get; init; } = 20 << 20;

    /// <summary>A streamed answer that is longer is cut into several gRPC messages; clients refuse messages beyond 4 MiB by default.</summary>
    [Bytes, ConfigRange(1024, 1 << 30)]
    public int MaxGrpcStreamingPacketSize { get; init; } = 2 << 20;

    /// <summary>How far behind now a search ends. 0: a span is found as soon as it is acknowledged.</summary>
    public TimeSpan QueryEndCutoff { get; init; }

    public SearchOptions Search { get; init; } = new();

    public MetricsQueryOptions Metrics { get; init; } = new();
}
