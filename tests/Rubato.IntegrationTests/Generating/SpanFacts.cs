using Rubato.IntegrationTests.Harness;
using Rubato.IntegrationTests.Otlp;

namespace Rubato.IntegrationTests.Generating;

/// <summary>What metrics are made of.</summary>
internal static class SpanFacts
{
    public static bool Failed(this FoundSpan span) => span.Span.Status?.Code == Status.Types.StatusCode.Error;

    public static double Seconds(this FoundSpan span) => Math.Max(0, (long)(span.Span.EndTimeUnixNano - span.Span.StartTimeUnixNano)) / 1e9;
}
