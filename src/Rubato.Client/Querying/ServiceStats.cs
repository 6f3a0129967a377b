namespace Rubato.Client;

/// <summary>Counts of one service within a trace.</summary>
/// <param name="SpanCount">Its spans.</param>
/// <param name="ErrorCount">Those with the status error.</param>
public sealed record ServiceStats(int SpanCount, int ErrorCount);
