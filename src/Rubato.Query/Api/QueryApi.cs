using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Rubato.Model.Scanning;
using Rubato.Model.Tenants;
using Rubato.Query.Api.Streaming;
using Rubato.Query.Frontend;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Syntax;

namespace Rubato.Query.Api;

/// <summary>Tempo's HTTP query API over a span source (spec/http-api.md). One instance for the process; safe for concurrent requests.</summary>
public sealed partial class QueryApi : IDisposable
{
    private readonly ISpanSource _source;
    private readonly ITenantLimits _limits;
    private readonly QueryApiOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<QueryApi> _logger;
    private readonly QueryGate _gate;
    private readonly Regex[] _denied;

    public QueryApi(ISpanSource source, ITenantLimits limits, QueryApiOptions options, TimeProvider time, ILogger<QueryApi> logger)
    {
        _source = source;
        _limits = limits;
        _options = options;
        _time = time;
        _logger = logger;
        _gate = new QueryGate(options.MaxConcurrentQueries, options.MaxOutstandingPerTenant);
        _denied = [.. options.UrlDenyList.Select(p => new Regex(p, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant))];
    }

    /// <summary>What is answered, and by what; for those who ask without a socket.</summary>
    public IReadOnlyList<(string Pattern, RequestDelegate Answer)> Routes =>
    [
        ("/api/search", Handler("search", SearchAsync)),
        ("/api/search/tags", Handler("tags", TagNamesV1Async)),
        ("/api/v2/search/tags", Handler("tags", TagNamesV2Async)),
        ("/api/search/tag/{**rest}", Handler("tag_values", TagValuesV1Async)),
        ("/api/v2/search/tag/{**rest}", Handler("tag_values", TagValuesV2Async)),
        ("/api/traces/{id}", Handler("traces", TraceV1Async)),
        ("/api/v2/traces/{id}", Handler("traces", TraceV2Async)),
        ("/api/metrics/query", Handler("metrics", MetricsInstantAsync)),
        ("/api/metrics/query_range", Handler("metrics", MetricsRangeAsync)),
        ("/api/metrics/service_graph", GraphHandler("service_graph", ServiceGraphAsync)),
        ("/api/rubato/red", GraphHandler("red", RedAsync)),
        ("/api/rubato/explain", Handler("explain", ExplainAsync)),
        .. FileReader is null ? [] : new (string, RequestDelegate)[] { (ConvertPattern, Handler("convert", ConvertAsync)) },
    ];

    /// <summary>Adds the routes, each below <paramref name="prefix"/> (<c>http_api_prefix</c>).</summary>
    public void Map(IEndpointRouteBuilder routes, string prefix)
    {
        foreach (var (pattern, answer) in Routes)
        {
            // As in Tempo, which looks at no method; only what takes a body does.
            if (pattern == ConvertPattern) routes.MapPost(prefix + pattern, answer);
            else routes.Map(prefix + pattern, answer);
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        _conversions.Dispose();
    }

    private RequestDelegate Handler(string op, Func<QueryCall, Task> handle) => http => RunAsync(http, op, handle);

    /// <summary>A query by plain HTTP: errors are answered as plain text.</summary>
    private async Task RunAsync(HttpContext http, string op, Func<QueryCall, Task> handle)
    {
        switch (await AskAsync(http, op, new QueryParameters(http.Request.Query, _time), handle))
        {
            case null:
                break;
            case { Status: StatusCodes.Status499ClientClosedRequest }:
                // The client is gone: 499 only reaches the metrics.
                http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                break;
            case { } failure when http.Response.HasStarted && http.Response.ContentType == Accepted.Lines:
                await SearchLines.FailAsync(http.Response, failure.Status, failure.Message);
                break;
            case { } failure:
                await TextAsync(http, failure.Status, failure.Message + (failure.TrailingNewline ? "\n" : ""));
                break;
        }
    }

    /// <summary>Around every query, whatever brought it here: tenant, deny list, turn, time limit, metrics. Gives null, or why there is no answer.</summary>
    private async Task<ApiException?> AskAsync(HttpContext http, string op, QueryParameters parameters, Func<QueryCall, Task> handle)
    {
        var started = _time.GetTimestamp();
        var tenantLabel = "";
        ApiException? failure = null;
        QueryCall? call = null;
        using var timeout = _options.ApiTimeout > TimeSpan.Zero ? new CancellationTokenSource(_options.ApiTimeout, _time) : new CancellationTokenSource();
        // The time for the work alone: waiting for a turn does not count.
        using var work = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _time);
        var (workKey, workLimit) = op == "traces" ? ("querier.trace_by_id.query_timeout", _options.TraceByIdTimeout) : ("querier.search.query_timeout", _options.SearchTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, work.Token, http.RequestAborted);
        try
        {
            var tenants = ResolveTenants(http);
            tenantLabel = string.Join(TenantId.Separator, tenants.Select(t => t.Value));
            var url = http.Request.Path.Value + http.Request.QueryString.Value;
            if (Array.Find(_denied, r => r.IsMatch(url)) is { } denied)
                throw ApiException.BadRequest($"Invalid request {url}. It matches {denied} of query_frontend.url_deny_list, so this server does not answer it.");

            if (_options.IsMeasured) QueryMetrics.Queries.WithLabels(tenantLabel, op).Inc();
            var asked = _time.GetTimestamp();
            using var turn = await _gate.EnterAsync(tenantLabel, either.Token);
            if (workLimit > TimeSpan.Zero) work.CancelAfter(workLimit);
            if (_options.IsMeasured) QueryMetrics.QueueDuration.Observe(_time.GetElapsedTime(asked).TotalSeconds);
            call = new QueryCall(http, parameters, tenants, LimitsOf(tenants), either.Token);
            await handle(call);
        }
        catch (ApiException e)
        {
            failure = e;
        }
        catch (QueryLimitException e)
        {
            failure = new ApiException(StatusCodes.Status422UnprocessableEntity, e.Message);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            failure = new ApiException(StatusCodes.Status499ClientClosedRequest, "the client is gone");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            failure = new ApiException(StatusCodes.Status503ServiceUnavailable, "unable to process request in the configured timeout");
        }
        catch (OperationCanceledException) when (work.IsCancellationRequested)
        {
            failure = new ApiException(StatusCodes.Status500InternalServerError, $"the query took longer than {workKey} allows ({workLimit.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)}s); ask for less, such as a shorter time range");
        }
        catch (Exception e)
        {
            LogFailed(_logger, e, op, http.Request.Path.Value ?? "");
            failure = new ApiException(StatusCodes.Status500InternalServerError, e.Message);
        }

        if (call?.Incomplete is { } missing) LogIncomplete(_logger, op, tenantLabel, missing);
        if (_options.IsMeasured)
        {
            if (call is not null)
            {
                QueryMetrics.StorageRequests.WithLabels(op).Inc(call.Reads.Requests);
                QueryMetrics.StorageBytes.WithLabels(op).Inc(call.Reads.Bytes);
            }

            var status = failure?.Status ?? http.Response.StatusCode;
            QueryMetrics.QueryDuration.WithLabels(op, status.ToString(System.Globalization.CultureInfo.InvariantCulture))
                .Observe(_time.GetElapsedTime(started).TotalSeconds);
        }

        return failure;
    }

    private IReadOnlyList<TenantId> ResolveTenants(HttpContext http)
    {
        if (!_options.MultitenancyEnabled) return [TenantId.Single];
        var header = http.Request.Headers["X-Scope-OrgID"].ToString();
        if (header.Length == 0) throw new ApiException(401, TenantId.MissingMessage) { TrailingNewline = true };
        if (!TenantId.TryParseMany(header, out var tenants, out var error)) throw ApiException.BadRequest(error);
        if (tenants.Length > 1 && !_options.MultiTenantQueriesEnabled) throw ApiException.BadRequest("multiple org IDs present");
        return tenants;
    }

    /// <summary>Of several tenants the smallest positive limit holds (spec/limits-and-overrides.md 5).</summary>
    private TenantLimits LimitsOf(IReadOnlyList<TenantId> tenants)
    {
        var limits = _limits.For(tenants[0]);
        foreach (var tenant in tenants.Skip(1))
        {
            var other = _limits.For(tenant);
            limits = limits with
            {
                MaxBytesPerTrace = Smallest(limits.MaxBytesPerTrace, other.MaxBytesPerTrace),
                MaxBytesPerTagValuesQuery = Smallest(limits.MaxBytesPerTagValuesQuery, other.MaxBytesPerTagValuesQuery),
                MaxBlocksPerTagValuesQuery = (int)Smallest(limits.MaxBlocksPerTagValuesQuery, other.MaxBlocksPerTagValuesQuery),
                MaxConditionGroupsPerTagQuery = (int)Smallest(limits.MaxConditionGroupsPerTagQuery, other.MaxConditionGroupsPerTagQuery),
                MaxSearchDuration = TimeSpan.FromTicks(Smallest(limits.MaxSearchDuration.Ticks, other.MaxSearchDuration.Ticks)),
                MaxMetricsDuration = TimeSpan.FromTicks(Smallest(limits.MaxMetricsDuration.Ticks, other.MaxMetricsDuration.Ticks)),
            };
        }

        return limits;

        static long Smallest(long a, long b) => a <= 0 ? b : b <= 0 ? a : Math.Min(a, b);
    }

    private static async Task TextAsync(HttpContext http, int status, string text)
    {
        if (http.Response.HasStarted) return;
        http.Response.Clear();
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/plain; charset=utf-8";
        await http.Response.WriteAsync(text);
    }

    private void CheckQueryLength(string query)
    {
        var bytes = System.Text.Encoding.UTF8.GetByteCount(query);
        if (bytes > _options.MaxQueryExpressionBytes)
        {
            throw ApiException.BadRequest(
                $"the TraceQL query is {bytes} bytes long, more than query_frontend.max_query_expression_size_bytes allows ({_options.MaxQueryExpressionBytes})");
        }
    }

    [LoggerMessage(EventId = 3001, EventName = "QueryFailed", Level = LogLevel.Error, Message = "query failed op={Op} path={Path}")]
    private static partial void LogFailed(ILogger logger, Exception error, string op, string path);

    [LoggerMessage(EventId = 3002, EventName = "AnswerIncomplete", Level = LogLevel.Warning, Message = "an answer lacks data that could not be read, and says so op={Op} tenant={Tenant} damage={Damage}")]
    private static partial void LogIncomplete(ILogger logger, string op, string tenant, string damage);
}
