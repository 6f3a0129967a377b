namespace Rubato.Commands.Load;

/// <summary>Which traces and spans one request of a <see cref="LoadShape"/> carries; a trace is wholly in one request.</summary>
internal readonly record struct LoadRequest(long Number, long FirstTrace, int TraceCount, long FirstSpan, int SpanCount)
{
    public long LastTrace => FirstTrace + TraceCount - 1;
}
