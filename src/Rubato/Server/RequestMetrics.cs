using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Prometheus;

namespace Rubato.Server;

/// <summary>
/// <c>tempo_request_duration_seconds</c> and <c>tempo_inflight_requests</c> for each request of the HTTP and gRPC ports, by Tempo's names of routes: <c>api_search</c>, or
/// <c>/tempopb.StreamingQuerier/Search</c> with method <c>gRPC</c> and a word for its status.
/// </summary>
internal static class RequestMetrics
{
    private static readonly Histogram Duration = Metrics.CreateHistogram(
        "tempo_request_duration_seconds",
        "Time to answer a request of the HTTP or gRPC port.",
        new HistogramConfiguration
        {
            LabelNames = ["method", "route", "status_code", "ws"],
            Buckets = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 25, 50, 100],
        });

    private static readonly Gauge Inflight = Metrics.CreateGauge("tempo_inflight_requests", "Requests of the HTTP and gRPC ports that are being answered.", "method", "route");

    /// <summary>Comes after routing: the labels need to know the route.</summary>
    public static Func<RequestDelegate, RequestDelegate> Middleware(TimeProvider time) => next => async http =>
    {
        var started = time.GetTimestamp();
        var isGrpc = http.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        var (method, route) = (isGrpc ? "gRPC" : Method(http.Request.Method), Route(http, isGrpc));
        using var inflight = Inflight.WithLabels(method, route).TrackInProgress();
        try
        {
            await next(http);
        }
        finally
        {
            var status = isGrpc ? GrpcStatus(http) : http.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
            Duration.WithLabels(method, route, status, "false").Observe(time.GetElapsedTime(started).TotalSeconds);
        }
    };

    /// <summary>Clients can make up methods: those become one label.</summary>
    private static string Method(string method) => method is "GET" or "POST" or "PUT" or "DELETE" or "HEAD" or "OPTIONS" or "PATCH" ? method : "other";

    /// <summary><c>/api/traces/{id}</c> becomes <c>api_traces_traceid</c>; what matches nothing is <c>other</c>, so that labels stay few.</summary>
    private static string Route(HttpContext http, bool isGrpc)
    {
        if (http.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } text } || text.Contains("{*", StringComparison.Ordinal) && text.StartsWith("{*", StringComparison.Ordinal))
            return "other";
        // gRPC maps routes of its own for methods and services that are not there.
        if (isGrpc) return text.Contains('{', StringComparison.Ordinal) ? "other" : "/" + text.Trim('/');
        return text.Trim('/').Replace("{id}", "traceid", StringComparison.Ordinal).Replace("{**rest}", "tagname_values", StringComparison.Ordinal).Replace('/', '_').ToLowerInvariant();
    }

    /// <summary>In the trailers, or in the headers of an answer that has nothing else.</summary>
    private static string GrpcStatus(HttpContext http)
    {
        var trailers = http.Features.Get<IHttpResponseTrailersFeature>()?.Trailers;
        var status = trailers?["grpc-status"].ToString() is { Length: > 0 } inTrailers ? inTrailers : http.Response.Headers["grpc-status"].ToString();
        return status switch
        {
            "0" => "success",
            "1" => "cancel",
            "" when http.RequestAborted.IsCancellationRequested => "cancel",
            _ => "error",
        };
    }
}
