using Rubato.Model.Scanning;
using Rubato.Model.Spans;
using Rubato.TraceQL.Execution;
using Rubato.TraceQL.Semantics;
using Rubato.TraceQL.Syntax;

namespace Rubato.Web.Traces;

/// <summary>The spans of one trace that a TraceQL query selects, by the engine that answers searches: whatever can be searched for can be filtered by.</summary>
public static class TraceFilter
{
    /// <summary>Conditions alone stand for a filter: <c>span.n = 1</c> is <c>{ span.n = 1 }</c>.</summary>
    public static string Completed(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length == 0 || trimmed.Contains('{', StringComparison.Ordinal) ? trimmed : "{ " + trimmed + " }";
    }

    /// <summary>What is wrong with a query; null where it can be used.</summary>
    public static TraceQLError? Check(string query) => TraceQLCompiler.TryCompile(query, QueryUse.Search, out _, out var error) ? null : error;

    /// <summary>For each span whether it is selected.</summary>
    /// <exception cref="TraceQLException">The text is no query of spans.</exception>
    /// <exception cref="QueryLimitException">The trace is larger than a query may hold.</exception>
    public static async Task<bool[]> SelectAsync(TraceView trace, string query, CancellationToken cancellationToken)
    {
        var compiled = TraceQLCompiler.Compile(query);
        using var snapshot = new SpanSnapshot([trace.Spans], [], blockCount: 0, blockBytes: 0);
        var request = new SearchRequest { Query = compiled, Limit = 1, SpansPerSpanset = Math.Max(1, trace.Count) };
        var answer = await SearchExecutor.SearchAsync(snapshot, request, cancellationToken);
        var ids = answer.Traces.SelectMany(t => t.Spansets).SelectMany(s => s.Spans).Select(s => s.SpanId).ToHashSet();
        var selected = new bool[trace.Count];
        for (var span = 0; span < selected.Length; span++) selected[span] = ids.Contains(trace.Id(span));
        return selected;
    }
}
