using System.Globalization;
using Rubato.Model.Scanning;
using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.Query.Api;

public sealed partial class QueryApi
{
    private static readonly TimeSpan DefaultMetricsRange = TimeSpan.FromHours(1);

    /// <summary><c>GET /api/metrics/query_range</c> (spec/http-api.md 6.1): JSON whatever is accepted.</summary>
    private async Task MetricsRangeAsync(QueryCall call)
    {
        var result = await RunMetricsAsync(call, RangeRequestOf(call));
        await call.AnswerAsync(Accepted.Json, MetricsEncoding.RangeJson(result, call.WantsReceipt), result.Receipt);
    }

    /// <summary><c>GET /api/metrics/query</c> (spec/http-api.md 6.3): one interval over the range as it was asked for.</summary>
    private async Task MetricsInstantAsync(QueryCall call)
    {
        var result = await RunMetricsAsync(call, InstantRequestOf(call, _options.QueryEndCutoff));
        await call.AnswerAsync(Accepted.Json, MetricsEncoding.InstantJson(result, call.WantsReceipt), result.Receipt);
    }

    private MetricsRequest RangeRequestOf(QueryCall call)
    {
        var query = MetricsQueryOf(call, parseErrorPrefix: "");
        var p = call.Parameters;
        var times = MetricsTimes(call, _options.QueryEndCutoff);
        var step = p["step"] is { } text ? MetricsStep.Parse(text) : MetricsStep.Default(times);
        var buckets = MetricsStep.Buckets(times, step, _options.MaxMetricsIntervals);
        if (_options.QueryEndCutoff > TimeSpan.Zero) buckets = MetricsStep.EndBefore(buckets, p.Now() - ((ulong)_options.QueryEndCutoff.Ticks * 100));
        return MetricsRequestOf(call, query, buckets) with { MaxExemplars = Exemplars(p, query) };
    }

    private MetricsRequest InstantRequestOf(QueryCall call, TimeSpan cutoff)
    {
        var query = MetricsQueryOf(call, parseErrorPrefix: "compiling query: ");
        var times = MetricsTimes(call, cutoff);
        return MetricsRequestOf(call, query, TimeBuckets.Instant(times.StartUnixNano, times.EndUnixNano));
    }

    private MetricsRequest MetricsRequestOf(QueryCall call, TraceQLQuery query, TimeBuckets buckets) => new()
    {
        Query = query,
        Buckets = buckets,
        MaxSeries = MaxSeries(call.Parameters),
        Parallelism = _options.Parallelism,
    };

    private async Task<MetricsResult> RunMetricsAsync(QueryCall call, MetricsRequest request)
    {
        using var snapshot = await OpenForMetricsAsync(call, request);
        var result = await MetricsExecutor.RunAsync(snapshot, request, call.CancellationToken);
        if (_options.IsMeasured) QueryMetrics.BytesInspected.WithLabels(call.Tenants[0].Value, "metrics").Inc(result.Metrics.InspectedBytes);
        return result;
    }

    private Task<SpanSnapshot> OpenForMetricsAsync(QueryCall call, MetricsRequest request)
    {
        // The first interval is open at its start, and its spans' traces may have begun before.
        var range = new TimeRange(request.Buckets.StartUnixNano, request.Buckets.EndUnixNano);
        return call.OpenAsync(t => _source.OpenAsync(t, range, call.CancellationToken));
    }

    private TraceQLQuery MetricsQueryOf(QueryCall call, string parseErrorPrefix)
    {
        var q = call.Parameters["q"] ?? call.Parameters["query"] ?? "";
        CheckQueryLength(q);
        if (TraceQLCompiler.TryCompile(q, QueryUse.Metrics, out var query, out var error)) return query;
        var prefix = error.Kind == TraceQLErrorKind.Validation && parseErrorPrefix.Length == 0 ? "invalid TraceQL query: " : parseErrorPrefix;
        throw new ApiException(400, prefix + error.Describe(q)) { IsUnknownOverGrpc = error.Message.Contains("not a metrics query", StringComparison.Ordinal) };
    }

    private TimeRange MetricsTimes(QueryCall call, TimeSpan cutoff)
    {
        var times = call.Parameters.FlexibleRange(DefaultMetricsRange, cutoff);
        if (times.EndUnixNano <= times.StartUnixNano) throw new ApiException(400, "end must be greater than start") { IsUnknownOverGrpc = true };
        if (times.EndUnixNano > long.MaxValue) throw ApiException.BadRequest($"end must be before the year 2262, but is {times.EndUnixNano} ns after 1970");
        var max = call.Limits.MaxMetricsDuration > TimeSpan.Zero ? call.Limits.MaxMetricsDuration : _options.MaxMetricsDuration;
        if (max > TimeSpan.Zero && times.EndUnixNano - times.StartUnixNano > (ulong)max.Ticks * 100)
            throw ApiException.BadRequest($"metrics query time range exceeds the maximum allowed duration of {GoDuration.Format(max)}");
        return times;
    }

    private int MaxSeries(QueryParameters p)
    {
        var asked = 0U;
        if (p["maxSeries"] is { } text && !uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out asked))
            throw ApiException.BadRequest($"invalid maxSeries: \"{text}\" is not a whole number from 0 on");
        var limit = (uint)_options.MaxMetricsSeries;
        var smaller = asked == 0 ? limit : limit == 0 ? asked : Math.Min(asked, limit);
        return (int)Math.Min(smaller, int.MaxValue);
    }

    // The hint wins over the parameter; nothing and 0 mean as many as the server allows.
    private int Exemplars(QueryParameters p, TraceQLQuery query)
    {
        if (query.FindHint("exemplars", StaticType.Bool) is { } on) return on.Bool ? _options.MaxExemplars : 0;
        if (query.FindHint("exemplars", StaticType.Int) is { } number) return (int)Math.Clamp(number.Int, 0, _options.MaxExemplars);
        if (p["exemplars"] is not { } text) return _options.MaxExemplars;
        if (!uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw ApiException.BadRequest($"invalid exemplars: \"{text}\" is not a whole number from 0 on");
        return count == 0 ? _options.MaxExemplars : (int)Math.Min(count, (uint)_options.MaxExemplars);
    }
}
