namespace Rubato.Client;

/// <summary>Calls from one node to another.</summary>
/// <param name="Source">The caller's id.</param>
/// <param name="Target">The id of what is called.</param>
/// <param name="Calls">How many.</param>
/// <param name="ErrorRate">Failed ones, 0 to 1.</param>
/// <param name="AvgDuration">Mean duration in milliseconds.</param>
public sealed record ServiceEdge(string Source, string Target, long Calls, double ErrorRate, double AvgDuration);
