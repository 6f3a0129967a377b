using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>
/// The one rule about ids (spec/wire-formats.md 1.5): what the validator counts as bad is what the reader and the subset
/// writer leave out.
/// </summary>
internal static class OtlpIds
{
    /// <summary>True for a span with good ids; else counts what is wrong with it.</summary>
    public static bool Check(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId, ref OtlpCounts counts)
    {
        if (traceId.Length == TraceId.Size && spanId.Length == SpanId.Size && !SpanId.Read(spanId).IsZero) return true;
        CountBad(traceId, spanId, ref counts);
        return false;
    }

    private static void CountBad(ReadOnlySpan<byte> traceId, ReadOnlySpan<byte> spanId, ref OtlpCounts counts)
    {
        if (traceId.Length != TraceId.Size)
        {
            if (counts.BadTraceIds++ == 0) counts.FirstBadTraceIdBits = Bits(traceId.Length);
        }
        else if (counts.BadSpanIds++ == 0)
        {
            counts.FirstBadSpanIdBits = spanId.Length == SpanId.Size ? 0 : Bits(spanId.Length);
        }
    }

    private static int Bits(int bytes) => (int)Math.Min(int.MaxValue, bytes * 8L);
}
