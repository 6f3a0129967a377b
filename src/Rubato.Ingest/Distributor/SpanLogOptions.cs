namespace Rubato.Ingest.Distributor;

/// <summary>One log line for each span, for debugging.</summary>
/// <param name="IsEnabled"><c>enabled</c>.</param>
/// <param name="IncludeAllAttributes"><c>include_all_attributes</c>: also name, service, duration, kind, status and every attribute.</param>
/// <param name="FilterByStatusError"><c>filter_by_status_error</c>: only spans with status error.</param>
public readonly record struct SpanLogOptions(bool IsEnabled, bool IncludeAllAttributes, bool FilterByStatusError);
