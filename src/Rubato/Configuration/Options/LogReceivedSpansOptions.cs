namespace Rubato.Configuration.Options;

/// <summary><c>distributor.log_received_spans</c>: one log line for each span. For debugging only.</summary>
internal sealed class LogReceivedSpansOptions
{
    [NoEffectYet]
    public bool Enabled { get; init; }

    /// <summary>Adds name, duration, kind, status and every attribute.</summary>
    [NoEffectYet]
    public bool IncludeAllAttributes { get; init; }

    /// <summary>Only spans with status error.</summary>
    [NoEffectYet]
    public bool FilterByStatusError { get; init; }
}
