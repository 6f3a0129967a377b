namespace Rubato.Client;

/// <summary>A part of what a search found, told while it goes on.</summary>
/// <param name="Traces">Found since the part before. Newest first, over all parts.</param>
/// <param name="InspectedTraces">Traces that the server looked at so far.</param>
/// <param name="InspectedSpans">Spans that it scanned so far.</param>
/// <param name="InspectedBytes">Bytes that it read so far.</param>
/// <param name="TotalBlocks">Blocks in the range of the search.</param>
/// <param name="CompletedJobs">How much of the work is done.</param>
/// <param name="TotalJobs">How much there is; all of it need not be done when enough is found.</param>
/// <param name="IsLast">Whether the search has ended with it.</param>
/// <param name="Incomplete">Why traces may be missing, known at the end; null: none is.</param>
public sealed record SearchPart(
    IReadOnlyList<TraceSummary> Traces, long InspectedTraces, long InspectedSpans, long InspectedBytes, int TotalBlocks, int CompletedJobs, int TotalJobs, bool IsLast, string? Incomplete);
