using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Rubato.Client;

/// <summary>
/// Duration and count of requests. Recorded within a sampled span, each value can carry the trace it came from: set
/// <c>SetExemplarFilter(ExemplarFilterType.TraceBased)</c> on the meter provider, which listens to <see cref="MeterName"/>.
/// </summary>
public sealed class RequestMetrics : IDisposable
{
    /// <summary>The meter: <c>Rubato.Client.Requests</c>.</summary>
    public const string MeterName = "Rubato.Client.Requests";

    private readonly Meter _meter;
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _requests;

    /// <summary>Makes the two instruments.</summary>
    /// <param name="factory">The application's meters; null: a meter of its own.</param>
    public RequestMetrics(IMeterFactory? factory = null)
    {
        _meter = factory?.Create(MeterName) ?? new Meter(MeterName);
        _duration = _meter.CreateHistogram<double>("http.server.duration", "ms", "HTTP request duration");
        _requests = _meter.CreateCounter<long>("http.server.requests", description: "HTTP request count");
    }

    /// <summary>One request: its duration in milliseconds, one more in the count, and an event <c>metrics_recorded</c> (<c>trace_id</c>, <c>span_id</c>) on the current span.</summary>
    /// <param name="duration">From its beginning to its end.</param>
    /// <param name="statusCode">The answer's status.</param>
    /// <param name="method">Such as <c>GET</c>.</param>
    public void RecordRequest(TimeSpan duration, int statusCode, string method)
    {
        var tags = new TagList { { HttpAttributes.Method, method }, { HttpAttributes.StatusCode, statusCode } };
        _duration.Record(duration.TotalMilliseconds, tags);
        _requests.Add(1, tags);
        if (Activity.Current is { IsAllDataRequested: true } span && span.TraceId != default)
        {
            span.AddEvent(new ActivityEvent("metrics_recorded", tags: new ActivityTagsCollection
            {
                ["trace_id"] = span.TraceId.ToHexString(),
                ["span_id"] = span.SpanId.ToHexString(),
            }));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
