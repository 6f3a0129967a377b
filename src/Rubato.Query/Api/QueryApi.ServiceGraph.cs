using Microsoft.AspNetCore.Http;
using Rubato.Model.Scanning;
using Rubato.Query.Encoding;
using Rubato.Query.ServiceGraph;
using Rubato.TraceQL.Execution;

namespace Rubato.Query.Api;

/// <summary>The service graph and RED of services out of stored spans: no Prometheus needed (spec/metrics-generator.md 11).</summary>
public sealed partial class QueryApi
{
    private const int MaxEdges = 10_000;
    private static readonly TimeSpan GraphRange = TimeSpan.FromHours(1);

    private readonly GraphCache _graphs = new();

    private async Task ServiceGraphAsync(QueryCall call)
    {
        var range = GraphRangeOf(call);
        var limit = Math.Min(call.Parameters.PositiveLimit("limit") ?? 1000, MaxEdges);
        using var snapshot = await call.OpenAsync(t => _source.OpenAsync(t, range, call.CancellationToken));
        var spans = new SnapshotScan(snapshot, range, _options.Parallelism, new ScanContext(call.CancellationToken));
        var scan = new ServiceGraphScan(range, _graphs);
        var sums = await scan.RunAsync(spans);
        var problems = spans.Problems;
        var edges = sums.Select(e => new ServiceGraphEncoding.Edge(scan.Name(e.Key.Client), scan.Name(e.Key.Server), e.Key.Type, e.Value));
        if (call.Parameters["service"] is { } service) edges = edges.Where(e => e.Source == service || e.Target == service);
        var kept = edges.OrderByDescending(e => e.Sums.Calls).ThenBy(e => e.Source, StringComparer.Ordinal).ThenBy(e => e.Target, StringComparer.Ordinal).Take(limit + 1).ToArray();
        await call.AnswerAsync(
            Accepted.Json, ServiceGraphEncoding.Graph(kept.Take(limit), range.StartUnixNano, range.EndUnixNano, kept.Length > limit || problems.Count > 0), problems);
    }

    private async Task RedAsync(QueryCall call)
    {
        var range = GraphRangeOf(call);
        var question = RedQuestionOf(call, range);
        var limit = Math.Min(call.Parameters.PositiveLimit("limit") ?? 1000, MaxEdges);
        using var snapshot = await call.OpenAsync(t => _source.OpenAsync(t, range, call.CancellationToken));
        var spans = new SnapshotScan(snapshot, range, _options.Parallelism, new ScanContext(call.CancellationToken));
        var scan = new RedScan(question);
        var sums = await scan.RunAsync(spans);
        var groups = sums.Select(g => new RedEncoding.Group(scan.Name(g.Key.Service), question.ByOperation ? scan.Name(g.Key.Name) : null, g.Value))
            .OrderByDescending(g => g.Sums.Total.Calls).ThenBy(g => g.Service, StringComparer.Ordinal).ThenBy(g => g.Operation, StringComparer.Ordinal).Take(limit);
        await call.AnswerAsync(Accepted.Json, RedEncoding.Write(groups, question), spans.Problems);
    }

    private static RedQuestion RedQuestionOf(QueryCall call, TimeRange range)
    {
        var step = call.Parameters["step"] is { } text ? MetricsStep.Parse(text) : 0;
        var length = range.EndUnixNano - range.StartUnixNano;
        if (call.Parameters.Has("step") && (step == 0 || length / step >= RedQuestion.MostIntervals))
        {
            var smallest = TimeSpan.FromSeconds(Math.Ceiling(length / 1e9 / (RedQuestion.MostIntervals - 1)));
            throw ApiException.BadRequest($"step {call.Parameters["step"]} is too small: at most {RedQuestion.MostIntervals} intervals are counted, so the range that was asked for needs at least {GoDuration.Format(smallest)}");
        }

        return call.Parameters["by"] switch
        {
            null or "operation" => new RedQuestion(range, step, ByOperation: true, call.Parameters["service"]),
            "service" => new RedQuestion(range, step, ByOperation: false, call.Parameters["service"]),
            var other => throw ApiException.BadRequest($"invalid by: \"{other}\" is neither service nor operation"),
        };
    }

    private TimeRange GraphRangeOf(QueryCall call)
    {
        if (!HttpMethods.IsGet(call.Http.Request.Method) && !HttpMethods.IsHead(call.Http.Request.Method))
            throw new ApiException(StatusCodes.Status405MethodNotAllowed, "only GET is answered here");
        var range = call.Parameters.FlexibleRange(GraphRange, TimeSpan.Zero);
        if (range.EndUnixNano <= range.StartUnixNano) throw ApiException.BadRequest("start must be before end");
        var longest = call.Limits.MaxMetricsDuration > TimeSpan.Zero ? call.Limits.MaxMetricsDuration : _options.MaxMetricsDuration;
        if (longest > TimeSpan.Zero && (range.EndUnixNano - range.StartUnixNano) / 100 > (ulong)longest.Ticks)
            throw ApiException.BadRequest($"metrics query time range exceeds the maximum allowed duration of {GoDuration.Format(longest)}");
        return range;
    }

    /// <summary>As every query, but an error is JSON too: the guide's client reads the body whatever the status says.</summary>
    private RequestDelegate GraphHandler(string op, Func<QueryCall, Task> handle) => async http =>
    {
        if (http.Request.Headers.Accept.ToString() is not ("" or "*/*" or "application/json"))
        {
            await RunAsync(http, op, handle);
            return;
        }

        if (await AskAsync(http, op, new QueryParameters(http.Request.Query, _time), handle) is not { } failure || http.Response.HasStarted) return;
        http.Response.Clear();
        http.Response.StatusCode = failure.Status;
        await http.Response.WriteAsJsonAsync(new { error = failure.Message, nodes = Array.Empty<int>(), edges = Array.Empty<int>() }, http.RequestAborted);
    };
}
