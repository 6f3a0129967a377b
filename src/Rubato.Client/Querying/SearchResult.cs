namespace Rubato.Client;

/// <summary>What a search found.</summary>
/// <param name="Traces">Newest first.</param>
/// <param name="InspectedTraces">Traces that the server looked at.</param>
/// <param name="InspectedBytes">Bytes that it read for that.</param>
/// <param name="Incomplete">Why traces may be missing, such as a damaged block; null: none is.</param>
public sealed record SearchResult(IReadOnlyList<TraceSummary> Traces, long InspectedTraces, long InspectedBytes, string? Incomplete);
