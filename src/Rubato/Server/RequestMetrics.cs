using System.Globalization;
using Prometheus;

namespace Rubato.Server;

/// <summary><c>tempo_request_duration_seconds</c> for each HTTP request of the API port, by Tempo's route names.</summary>
internal static class RequestMetrics
{
    private static readonly Histogram Duration = Metrics.CreateHistogram(
        "tempo_request_duration_seconds",
        "Time to answer an HTTP request.",
        new HistogramConfiguration
        {
            LabelNames = ["method", "route", "status_code", "ws"],
            Buckets = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100],
        });

    public static Func<RequestDelegate, RequestDelegate> Middleware(TimeProvider time) => next => async http =>
    {
        var started = time.GetTimestamp();
        try
        {
            await next(http);
        }
        finally
        {
            Duration.WithLabels(http.Request.Method, Route(http), http.Response.StatusCode.ToString(CultureInfo.InvariantCulture), "false")
                .Observe(time.GetElapsedTime(started).TotalSeconds);
        }
    };

    /// <summary><c>/api/traces/{id}</c> becomes <c>api_traces_traceid</c>; what matches nothing is <c>other</c>, so that labels stay few.</summary>
    private static string Route(HttpContext http)
    {
        if (http.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } text } || text.Contains("{*", StringComparison.Ordinal) && text.StartsWith("{*", StringComparison.Ordinal))
            return "other";
        return text.Trim('/').Replace("{id}", "traceid", StringComparison.Ordinal).Replace("{**rest}", "tagname_values", StringComparison.Ordinal).Replace('/', '_').ToLowerInvariant();
    }
}
