using System.Runtime.CompilerServices;
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
        var span = walk.Buffer[message.Start..message.End];
        for (var at = 0; at < span.Length;)
        {
            var usual = UsualFieldBytes(span[at..]);
            if (usual > 0)
            {
                switch (span[at])
                {
                    case 0x0A:
                        traceId = span.Slice(at + 2, usual - 2);
                        break;
                    case 0x12:
                        spanId = span.Slice(at + 2, usual - 2);
                        break;
                    case 0x22:
                        parentLength = usual - 2;
                        break;
                }

                at += usual;
                continue;
            }

            walk.Position = message.Start + at;
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

            at = field.End - message.Start;
        }

        walk.Position = message.End;
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

    /// <summary>
    /// Bytes of the span's next field, tag included, when it is one of those that nearly all of a request is made of, and
    /// good; else 0, and <see cref="OtlpWalk"/> finds out what it is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int UsualFieldBytes(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < 2) return 0;
        int tag = rest[0], length = rest[1];
        switch (tag)
        {
            case 0x4A:
                return length < 0x80 && length + 2 <= rest.Length && UsualKeyValue.Is(rest.Slice(2, length), out _) ? length + 2 : 0;
            // Ids, trace state, name.
            case 0x0A or 0x12 or 0x1A or 0x22 or 0x2A:
                return length < 0x80 && length + 2 <= rest.Length ? length + 2 : 0;
            // Kind.
            case 0x30:
                return length < 0x80 ? 2 : 0;
            // Start and end.
            case 0x39 or 0x41:
                return rest.Length >= 9 ? 9 : 0;
            default:
                return 0;
        }
    }
}
