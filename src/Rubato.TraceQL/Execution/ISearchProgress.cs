namespace Rubato.TraceQL.Execution;

/// <summary>
/// Follows a search that still runs. It is told of a trace once, when nothing that is unread or undecided can come before it, so that what
/// was told is a beginning of the final answer and never changes. Called by one thread at a time.
/// </summary>
public interface ISearchProgress
{
    /// <summary>Whether a report is wanted now; asked after each step of the search.</summary>
    bool IsDue { get; }

    /// <param name="traces">Certain since the last report; may be empty.</param>
    /// <param name="metrics">What was done so far.</param>
    /// <param name="segmentCount">All segments of the search, scanned or not.</param>
    ValueTask ReportAsync(IReadOnlyList<TraceSearchResult> traces, SearchMetrics metrics, int segmentCount);
}
