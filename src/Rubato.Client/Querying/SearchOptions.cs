namespace Rubato.Client;

/// <summary>Which traces a search looks at, and how many it gives. What is null is up to the server: the newest 20 of the last 15 minutes, as a rule.</summary>
public sealed record SearchOptions
{
    /// <summary>From when on, in whole seconds; goes with <see cref="End"/>.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>Until when, in whole seconds; goes with <see cref="Start"/>.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Traces, at most.</summary>
    public int? Limit { get; init; }

    /// <summary>Spans shown of each set, at most.</summary>
    public int? SpansPerSpanSet { get; init; }
}
