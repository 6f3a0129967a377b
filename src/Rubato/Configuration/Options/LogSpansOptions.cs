namespace Rubato.Configuration.Options;

/// <summary>One log line for each span. For debugging only.</summary>
internal sealed class LogSpansOptions
{
    public bool Enabled { get; init; }

    /// <summary>Adds name, duration, kind, status and every attribute.</summary>
    public bool IncludeAllAttributes { get; init; }

    /// <summary>Only spans with status error.</summary>
    public bool FilterByStatusError { get; init; }
}
