using Rubato.Query.Encoding;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Execution.Metrics;
using Rubato.TraceQL.Explain;
using Rubato.TraceQL.Syntax;

namespace Rubato.Query.Api;

public sealed partial class QueryApi
{
    /// <summary>
    /// <c>GET /api/rubato/explain</c>: runs the query as a search, or as a metrics query where it is one, and answers how instead of what. Parameters
    /// are those of the endpoint that it stands for; <c>instant=true</c> for <c>/api/metrics/query</c>.
    /// </summary>
    private async Task ExplainAsync(QueryCall call)
    {
        var explanation = new QueryExplanation(_time);
        var total = explanation.Step("total");
        var isMetrics = TraceQLParser.TryParse(call.Parameters["q"] ?? call.Parameters["query"] ?? "", out var parsed, out _) && parsed.Metrics is not null;
        var answer = isMetrics ? await ExplainMetricsAsync(call, explanation) : await ExplainSearchAsync(call, explanation);
        total.Dispose();
        await call.AnswerAsync(Accepted.Json, ExplainEncoding.ToJson(explanation, answer), answer.Receipt);
    }

    private async Task<ExplainedAnswer> ExplainSearchAsync(QueryCall call, QueryExplanation explanation)
    {
        SearchRequest request;
        using (explanation.Step("parse")) request = SearchRequestOf(call) with { Explanation = explanation };
        var opening = explanation.Step("open blocks");
        using var snapshot = await call.OpenAsync(t => _source.OpenAsync(t, request.Range, call.CancellationToken));
        opening.Dispose();
        var result = await SearchExecutor.SearchAsync(explanation.Watch(snapshot), request, call.CancellationToken);
        return new ExplainedAnswer("search", request.Query, result.Traces.Count, result.Receipt);
    }

    private async Task<ExplainedAnswer> ExplainMetricsAsync(QueryCall call, QueryExplanation explanation)
    {
        MetricsRequest request;
        var isInstant = call.Parameters["instant"] is "true" or "1";
        using (explanation.Step("parse"))
            request = (isInstant ? InstantRequestOf(call, _options.QueryEndCutoff) : RangeRequestOf(call)) with { Explanation = explanation };
        var opening = explanation.Step("open blocks");
        using var snapshot = await OpenForMetricsAsync(call, request);
        opening.Dispose();
        var result = await MetricsExecutor.RunAsync(explanation.Watch(snapshot), request, call.CancellationToken);
        return new ExplainedAnswer(isInstant ? "instant" : "range", request.Query, result.Series.Count, result.Receipt);
    }
}
