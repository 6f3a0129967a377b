namespace Rubato.Configuration.Options;

/// <summary><c>querier.trace_by_id</c>.</summary>
internal sealed class QuerierTraceByIdOptions
{
    /// <summary>Time for the work of finding one trace; 0 for any. What takes longer ends with an error.</summary>
    public TimeSpan QueryTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
