namespace Rubato.Web.Traces;

/// <summary>Which spans of a trace its page shows.</summary>
/// <param name="Service">Of this service; empty for any.</param>
/// <param name="IsCriticalOnly">On the critical path.</param>
/// <param name="Query">Selected by this TraceQL query; empty for none.</param>
public sealed record RowFilter(string Service, bool IsCriticalOnly, string Query)
{
    public static RowFilter None { get; } = new("", false, "");

    public bool IsNone => Service.Length == 0 && !IsCriticalOnly && Query.Length == 0;

    /// <summary>Whether a span is shown.</summary>
    /// <param name="selected">What the query selected; null without a query.</param>
    public bool Shows(TraceView trace, int span, bool[]? selected) =>
        (Service.Length == 0 || trace.Service(span) == Service) && (!IsCriticalOnly || trace.IsCritical(span)) && (selected is null || selected[span]);
}
