using Rubato.Model.Scanning;

namespace Rubato.TraceQL.Execution;

/// <summary>Exact newest-first search over a snapshot.</summary>
public static class SearchExecutor
{
    /// <exception cref="QueryNotSupportedException">A part of the query is not executed yet.</exception>
    /// <exception cref="QueryLimitException">The search needs more memory than the request allows.</exception>
    public static Task<SearchResult> SearchAsync(SpanSnapshot snapshot, SearchRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}
