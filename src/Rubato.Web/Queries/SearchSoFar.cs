using Rubato.Client;

namespace Rubato.Web.Queries;

/// <summary>What a search has found while it may still go on.</summary>
/// <param name="Traces">Newest first.</param>
/// <param name="Last">The latest part: how far it is, and at the end whether anything is missing.</param>
public sealed record SearchSoFar(IReadOnlyList<TraceSummary> Traces, SearchPart Last)
{
    public bool IsDone => Last.IsLast;

    public SearchSoFar With(SearchPart part) => new([.. Traces, .. part.Traces], part);
}
