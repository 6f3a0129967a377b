namespace Rubato.Web.Start;

/// <summary>The answer of <c>POST api/rubato/demo</c>; see docs/api.md.</summary>
public sealed record DemoAnswer(string Tenant, int Orders, int Failed, long Spans, long RefusedSpans, string Message, IReadOnlyList<string> TraceIds);
