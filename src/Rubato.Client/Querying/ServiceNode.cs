namespace Rubato.Client;

/// <summary>A service, or what stands for one: <c>user</c>, a database.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Label">How it is shown.</param>
/// <param name="Calls">Requests that it received; where it receives none, those that it made.</param>
/// <param name="ErrorRate">Failed ones, 0 to 1.</param>
/// <param name="AvgDuration">Mean duration in milliseconds.</param>
public sealed record ServiceNode(string Id, string Label, long Calls, double ErrorRate, double AvgDuration);
