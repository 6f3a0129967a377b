namespace Rubato.TraceQL.Semantics;

/// <summary>Where a query is to run. A search ignores the metrics part; a metrics endpoint needs one.</summary>
public enum QueryUse : byte
{
    Search,
    Metrics,
}
