namespace Rubato.OrderSystem;

/// <summary>An order's trace, and what went wrong or null.</summary>
public sealed record OrderResult(string TraceId, string? Error);
