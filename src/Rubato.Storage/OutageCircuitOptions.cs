namespace Rubato.Storage;

/// <param name="Failures">So many in a row open it; 0: it never opens.</param>
/// <param name="Break">How long nobody is let through; then one call at a time is.</param>
public sealed record OutageCircuitOptions(int Failures, TimeSpan Break)
{
    /// <summary>The row must have lasted so long; a shorter hiccup is for retries.</summary>
    public TimeSpan Lasting { get; init; }

    /// <summary>Failures further apart are not in a row; zero: they always are.</summary>
    public TimeSpan Interval { get; init; }
}
