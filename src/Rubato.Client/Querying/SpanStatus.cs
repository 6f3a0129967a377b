namespace Rubato.Client;

/// <summary>How a span went.</summary>
public enum SpanStatus
{
    /// <summary>Not said.</summary>
    Unset,

    /// <summary>Well.</summary>
    Ok,

    /// <summary>It failed.</summary>
    Error,
}
