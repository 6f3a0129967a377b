using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>
/// Checks a whole ExportTraceServiceRequest once, without allocating, before it is written anywhere: what passes can be
/// decoded later under a lock without any way to fail. Checked are lengths, wire types of known fields, and the nesting of
/// values; text is not (bad UTF-8 is mended by the columns). Ids that are wrong cost their span only, see <see cref="OtlpCounts"/>.
/// </summary>
public static class OtlpValidator
{
    public static OtlpCheck Check(ReadOnlySpan<byte> request)
    {
        var all = default(AcceptAllSpans);
        return Check(request, ref all);
    }

    /// <summary>Asks the filter about every span with good ids; what it refuses is only counted here.</summary>
    public static OtlpCheck Check<TFilter>(ReadOnlySpan<byte> request, ref TFilter filter)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        var walk = new OtlpWalk(request);
        var counts = default(OtlpCounts);
        return CheckRequest(ref walk, ref filter, ref counts)
            ? new OtlpCheck(counts, null, 0)
            : new OtlpCheck(counts, walk.ErrorText(), walk.ErrorPosition);
    }

    private static bool CheckRequest<TFilter>(ref OtlpWalk walk, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        while (walk.Position < walk.Buffer.Length)
        {
            if (!walk.TryNext(OtlpMessage.ExportTraceServiceRequest, walk.Buffer.Length, out var field)) return false;
            if (field.Child == OtlpMessage.ResourceSpans && !CheckResourceSpans(ref walk, field, ref filter, ref counts)) return false;
        }

        return true;
    }

    private static bool CheckResourceSpans<TFilter>(ref OtlpWalk walk, OtlpField message, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        var (current, deprecated) = (false, false);
        walk.Position = message.Start;
        while (walk.Position < message.End)
        {
            if (!walk.TryNext(OtlpMessage.ResourceSpans, message.End, out var field)) return false;
            switch (field.Child)
            {
                case OtlpMessage.ScopeSpans:
                    current = true;
                    if (!CheckScopeSpans(ref walk, field, ref filter, ref counts)) return false;
                    break;
                case OtlpMessage.Resource:
                    if (!walk.CheckMessage(OtlpMessage.Resource, field.Start, field.End, depth: 0)) return false;
                    break;
                default:
                    deprecated |= field.Number == OtlpSchema.DeprecatedScopeSpans;
                    break;
            }
        }

        return current || !deprecated || CheckDeprecatedScopeSpans(ref walk, message, ref filter, ref counts);
    }

    private static bool CheckDeprecatedScopeSpans<TFilter>(ref OtlpWalk walk, OtlpField message, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        walk.Position = message.Start;
        while (walk.Position < message.End)
        {
            if (!walk.TryNext(OtlpMessage.ResourceSpans, message.End, out var field)) return false;
            if (field.Number == OtlpSchema.DeprecatedScopeSpans && !CheckScopeSpans(ref walk, field, ref filter, ref counts)) return false;
        }

        return true;
    }

    private static bool CheckScopeSpans<TFilter>(ref OtlpWalk walk, OtlpField message, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        walk.Position = message.Start;
        while (walk.Position < message.End)
        {
            if (!walk.TryNext(OtlpMessage.ScopeSpans, message.End, out var field)) return false;
            switch (field.Child)
            {
                case OtlpMessage.Span:
                    if (!CheckSpan(ref walk, field, ref filter, ref counts)) return false;
                    break;
                case OtlpMessage.InstrumentationScope:
                    if (!walk.CheckMessage(OtlpMessage.InstrumentationScope, field.Start, field.End, depth: 0)) return false;
                    break;
            }
        }

        return true;
    }

    private static bool CheckSpan<TFilter>(ref OtlpWalk walk, OtlpField message, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        ReadOnlySpan<byte> traceId = default, spanId = default;
        var parentLength = 0;
        walk.Position = message.Start;
        while (walk.Position < message.End)
        {
            if (walk.SkipPlainAttribute(message.End)) continue;
            if (!walk.TryNext(OtlpMessage.Span, message.End, out var field)) return false;
            switch (field.Number)
            {
                case 1:
                    traceId = walk.Buffer[field.Start..field.End];
                    break;
                case 2:
                    spanId = walk.Buffer[field.Start..field.End];
                    break;
                case 4:
                    parentLength = field.End - field.Start;
                    break;
                default:
                    if (field.Child != OtlpMessage.None && !walk.CheckMessage(field.Child, field.Start, field.End, depth: 0)) return false;
                    break;
            }
        }

        if (!OtlpIds.Check(traceId, spanId, ref counts)) return true;
        if (!filter.Accept(TraceId.Read(traceId), message.End - message.Start))
        {
            counts.Refused++;
            return true;
        }

        counts.Accepted++;
        if (parentLength is not (0 or SpanId.Size)) counts.BadParentIds++;
        return true;
    }
}
