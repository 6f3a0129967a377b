namespace Rubato.Client;

/// <summary>What became of the spans so far.</summary>
/// <param name="Exported">Spans that the receiver acknowledged.</param>
/// <param name="Failed">Spans of requests that failed for good.</param>
/// <param name="Dropped">Spans that found the queue full.</param>
/// <param name="Refused">Spans that the receiver refused within an acknowledged request.</param>
/// <param name="LastFailure">Why the latest request failed, or null.</param>
public sealed record ExportStatistics(long Exported, long Failed, long Dropped, long Refused, string? LastFailure);
