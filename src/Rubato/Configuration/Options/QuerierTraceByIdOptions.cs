namespace Rubato.Configuration.Options;

/// <summary><c>querier.trace_by_id</c>.</summary>
internal sealed class QuerierTraceByIdOptions
{
    [NoEffectYet]
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
