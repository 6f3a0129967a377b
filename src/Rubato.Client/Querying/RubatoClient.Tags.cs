namespace Rubato.Client;

/// <content>Tags, metrics, service graph.</content>
public sealed partial class RubatoClient
{
    /// <summary>Names of attributes, by scope.</summary>
    /// <param name="scope"><c>span</c>, <c>resource</c>, <c>event</c>, <c>link</c>, <c>instrumentation</c> or <c>intrinsic</c>; null: all.</param>
    /// <param name="options">Its range; null: the server's. Its limit counts names.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<IReadOnlyList<TagScope>> GetTagNamesAsync(string? scope = null, SearchOptions? options = null, CancellationToken cancellationToken = default) => GetAsync(
        Path("/api/v2/search/tags", ("scope", scope), ("start", Seconds(options?.Start)), ("end", Seconds(options?.End)), ("limit", Number(options?.Limit))),
        AnswersContext.Default.TagsAnswer,
        static (answer, _) => (IReadOnlyList<TagScope>)[.. (answer.Scopes ?? []).Select(s => new TagScope(s.Name ?? "", s.Tags ?? []))],
        cancellationToken);

    /// <summary>Values of an attribute.</summary>
    /// <param name="name">As in TraceQL: <c>resource.service.name</c>, <c>span.http.method</c>, <c>.foo</c>, <c>name</c>.</param>
    /// <param name="query">Only of spans that this matches; null: of all.</param>
    /// <param name="options">Its range; null: the server's. Its limit counts values.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<IReadOnlyList<TagValue>> GetTagValuesAsync(string name, string? query = null, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return GetAsync(
            Path(
                $"/api/v2/search/tag/{Uri.EscapeDataString(name)}/values", ("q", query), ("start", Seconds(options?.Start)), ("end", Seconds(options?.End)), ("limit", Number(options?.Limit))),
            AnswersContext.Default.TagValuesAnswer,
            static (answer, _) => (IReadOnlyList<TagValue>)[.. (answer.TagValues ?? []).Select(v => new TagValue(v.Type ?? "", v.Value ?? ""))],
            cancellationToken);
    }

    /// <summary>A TraceQL metrics query over time.</summary>
    /// <param name="query">Such as <c>{ status = error } | rate() by (resource.service.name)</c>.</param>
    /// <param name="start">From when on.</param>
    /// <param name="end">Until when.</param>
    /// <param name="step">Between two values; null: the server's choice for the range.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<MetricsResult> QueryRangeAsync(string query, DateTimeOffset start, DateTimeOffset end, TimeSpan? step = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        string? seconds = step?.TotalSeconds.ToString("0.#########", System.Globalization.CultureInfo.InvariantCulture);
        return GetAsync(
            Path("/api/metrics/query_range", ("q", query), ("start", Seconds(start)), ("end", Seconds(end)), ("step", seconds)),
            AnswersContext.Default.MetricsQueryAnswer, AnswerReader.Metrics, cancellationToken);
    }

    /// <summary>A TraceQL metrics query over a whole range: one value a series.</summary>
    /// <inheritdoc cref="QueryRangeAsync"/>
    public Task<MetricsResult> QueryInstantAsync(string query, DateTimeOffset start, DateTimeOffset end, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return GetAsync(
            Path("/api/metrics/query", ("q", query), ("start", Seconds(start)), ("end", Seconds(end))), AnswersContext.Default.MetricsQueryAnswer, AnswerReader.Instant, cancellationToken);
    }

    /// <summary>Who calls whom, how often, how well. Of Rubato only: Tempo answers with 404.</summary>
    /// <param name="start">From when on; null: the last hour.</param>
    /// <param name="end">Until when; null: now.</param>
    /// <param name="service">Only edges that touch this service; null: all.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public Task<ServiceGraph> GetServiceGraphAsync(DateTimeOffset? start = null, DateTimeOffset? end = null, string? service = null, CancellationToken cancellationToken = default) => GetAsync(
        Path("/api/metrics/service_graph", ("start", Seconds(start)), ("end", Seconds(end)), ("service", service)),
        AnswersContext.Default.GraphAnswer, static (answer, _) => AnswerReader.Graph(answer), cancellationToken);
}
