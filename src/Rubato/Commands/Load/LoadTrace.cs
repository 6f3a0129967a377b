namespace Rubato.Commands.Load;

/// <summary>A generated trace computed again from (seed, trace number), for checks that what was acknowledged is found exactly once.</summary>
internal sealed record LoadTrace(long Number, string TraceId, IReadOnlyList<LoadSpan> Spans);

/// <summary>One span of a <see cref="LoadTrace"/>. Ids are lower-case hex; a root has an empty parent id.</summary>
internal sealed record LoadSpan(
    string SpanId, string ParentSpanId, string Service, string Name, int Kind, bool Failed, long StartUnixNano, long EndUnixNano);
