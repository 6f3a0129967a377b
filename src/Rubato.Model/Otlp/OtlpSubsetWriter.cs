using System.Buffers;
using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>
/// Copies a request without the spans that have bad ids or that a filter refuses, so that the write-ahead log keeps what was
/// accepted and nothing else. Good spans, unknown fields and resources are copied byte by byte.
/// </summary>
public static class OtlpSubsetWriter
{
    // Lengths of rewritten messages are always four bytes (28 bits, any request is smaller), padded as protobuf allows:
    // they are only known after the content is written, and a length of fixed size can be filled in later.
    private const int LengthBytes = 4;
    private const int MaxLength = (1 << 28) - 1;

    /// <param name="request">A request that the validator has passed; at most 256 MiB.</param>
    /// <param name="filter">Asked as described at <see cref="IOtlpSpanFilter"/>.</param>
    /// <param name="output">Gets the smaller request; nothing when no span is left.</param>
    public static OtlpCounts Write<TFilter>(ReadOnlySpan<byte> request, ref TFilter filter, IBufferWriter<byte> output)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Length, MaxLength / 2);
        // At most 6 bytes more for each kept ResourceSpans and ScopeSpans, and such a one has a span of at least 28 bytes.
        var copy = new Copy(output.GetSpan(request.Length + (request.Length / 4) + 16));
        var counts = default(OtlpCounts);
        var reader = new WireReader(request);
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) break;
            if (field != 1 || wireType != 2)
            {
                if (!reader.TrySkip(wireType)) break;
                copy.Append(request[at..reader.Position]);
                continue;
            }

            var tag = request[at..reader.Position];
            if (!reader.TryReadBytes(out var resourceSpans)) break;
            var start = copy.Begin(tag);
            copy.EndOrDrop(start, WriteResourceSpans(resourceSpans, ref copy, ref filter, ref counts));
        }

        output.Advance(counts.Accepted == 0 ? 0 : copy.Length);
        return counts;
    }

    private static bool WriteResourceSpans<TFilter>(ReadOnlySpan<byte> message, ref Copy copy, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        var items = OtlpContainer.Scan(message, OtlpMessage.ResourceSpans).ItemField;
        var any = false;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) break;
            if (field == items && wireType == 2)
            {
                var tag = message[at..reader.Position];
                if (!reader.TryReadBytes(out var scopeSpans)) break;
                var start = copy.Begin(tag);
                any |= copy.EndOrDrop(start, WriteScopeSpans(scopeSpans, ref copy, ref filter, ref counts));
                continue;
            }

            if (!reader.TrySkip(wireType)) break;
            if (field != OtlpSchema.DeprecatedScopeSpans) copy.Append(message[at..reader.Position]);
        }

        return any;
    }

    private static bool WriteScopeSpans<TFilter>(ReadOnlySpan<byte> message, ref Copy copy, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        var any = false;
        var reader = new WireReader(message);
        while (!reader.AtEnd)
        {
            var at = reader.Position;
            if (!reader.TryReadTag(out var field, out var wireType)) break;
            if (field == 2 && wireType == 2)
            {
                if (!reader.TryReadBytes(out var span)) break;
                if (!IsKept(span, ref filter, ref counts)) continue;
                any = true;
            }
            else if (!reader.TrySkip(wireType))
            {
                break;
            }

            copy.Append(message[at..reader.Position]);
        }

        return any;
    }

    private static bool IsKept<TFilter>(ReadOnlySpan<byte> message, ref TFilter filter, ref OtlpCounts counts)
        where TFilter : struct, IOtlpSpanFilter, allows ref struct
    {
        var span = default(OtlpSpanFields);
        span.Scan(message);
        if (!OtlpIds.Check(span.TraceId, span.SpanId, ref counts)) return false;
        if (!filter.Accept(TraceId.Read(span.TraceId), message.Length))
        {
            counts.Refused++;
            return false;
        }

        counts.Accepted++;
        if (span.ParentSpanId.Length is not (0 or SpanId.Size)) counts.BadParentIds++;
        return true;
    }

    private ref struct Copy(Span<byte> output)
    {
        private readonly Span<byte> _output = output;

        public int Length { get; private set; }

        public void Append(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_output[Length..]);
            Length += bytes.Length;
        }

        /// <summary>Writes the field header and leaves room for the length; returns where the field begins and its content begins.</summary>
        public (int Field, int Content) Begin(ReadOnlySpan<byte> tag)
        {
            var field = Length;
            Append(tag);
            Length += LengthBytes;
            return (field, Length);
        }

        public bool EndOrDrop((int Field, int Content) start, bool keep)
        {
            if (!keep)
            {
                Length = start.Field;
                return false;
            }

            var length = Length - start.Content;
            var at = _output[(start.Content - LengthBytes)..];
            for (var i = 0; i < LengthBytes - 1; i++) at[i] = (byte)((length >> (7 * i)) | 0x80);
            at[LengthBytes - 1] = (byte)(length >> (7 * (LengthBytes - 1)));
            return true;
        }
    }
}
