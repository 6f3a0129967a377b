using System.Buffers;
using System.Globalization;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>Zipkin version 1 as OTLP (spec/wire-formats.md 5.5): spans of the same sender, address and port included, share a resource.</summary>
/// <param name="parseStringTags">Whether texts that look like numbers or booleans become such.</param>
/// <param name="now">For spans that tell no time at all, in nanoseconds since 1970.</param>
internal sealed class ZipkinV1Translator(bool parseStringTags, ulong now)
{
    private const int OtlpOk = 1;
    private const int OtlpError = 2;

    public void Write(ZipkinBatch batch, OtlpTranslation output)
    {
        var spans = batch.Spans;
        if (spans.IsEmpty) return;
        var order = ArrayPool<int>.Shared.Rent(spans.Length);
        try
        {
            for (var i = 0; i < spans.Length; i++) order[i] = i;
            order.AsSpan(0, spans.Length).Sort(new ByEndpoint(batch));
            for (var i = 0; i < spans.Length;)
            {
                ref readonly var first = ref batch.Spans[order[i]].Local;
                output.BeginResource();
                WriteResource(batch, first, output.Writer);
                output.EndResourceAttributes();
                for (; i < spans.Length && ByEndpoint.Compare(batch, first, batch.Spans[order[i]].Local) == 0; i++) WriteSpan(batch, batch.Spans[order[i]], output);
                output.EndResource();
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(order);
        }
    }

    private static void WriteResource(ZipkinBatch batch, in ZipkinEndpoint sender, ProtoWriter writer)
    {
        OtlpAttribute.Text(writer, OtlpAttribute.OfResource, "service.name"u8, batch.TextOf(sender.ServiceName));
        if (sender.Ipv4.Length > 0) OtlpAttribute.Text(writer, OtlpAttribute.OfResource, "ipv4"u8, batch.TextOf(sender.Ipv4));
        if (sender.Ipv6.Length > 0) OtlpAttribute.Text(writer, OtlpAttribute.OfResource, "ipv6"u8, batch.TextOf(sender.Ipv6));
        if (sender.Port == 0) return;
        Span<byte> port = stackalloc byte[8];
        sender.Port.TryFormat(port, out var written, provider: CultureInfo.InvariantCulture);
        OtlpAttribute.Text(writer, OtlpAttribute.OfResource, "port"u8, port[..written]);
    }

    private void WriteSpan(ZipkinBatch batch, in ZipkinSpan span, OtlpTranslation output)
    {
        var writer = output.Writer;
        output.BeginSpan();
        var timed = span;
        if (!span.HasTimestamp) timed.Timestamp = now / 1000;
        ZipkinTranslator.WriteHead(timed, output);
        if (span.Name.Length > 0) writer.WriteBytes(5, batch.TextOf(span.Name));
        var kind = ZipkinTranslator.OtlpKindOf(span.Kind);
        if (kind != 0) writer.WriteVarint(6, (ulong)kind);
        var status = new Status();
        foreach (ref readonly var tag in batch.TagsOf(span))
        {
            if (!status.Take(batch, tag)) WriteTag(batch, tag, writer);
        }

        if (!span.HasTimestamp) OtlpAttribute.Bool(writer, OtlpAttribute.OfSpan, ZipkinTagNames.AbsentStart, value: true);
        foreach (ref readonly var annotation in batch.AnnotationsOf(span))
        {
            var message = writer.BeginMessage(11);
            writer.WriteFixed64(1, ZipkinTranslator.Nanoseconds(annotation.Timestamp));
            writer.WriteBytes(2, batch.TextOf(annotation.Value));
            writer.EndMessage(message);
        }

        ZipkinTranslator.WriteStatus(writer, status.Code, status.Message);
        output.EndSpan();
    }

    private void WriteTag(ZipkinBatch batch, in ZipkinTag tag, ProtoWriter writer)
    {
        var key = batch.TextOf(tag.Key);
        switch (tag.Type)
        {
            case ZipkinTagType.Bool:
                OtlpAttribute.Bool(writer, OtlpAttribute.OfSpan, key, tag.Number != 0);
                break;
            case ZipkinTagType.Int:
                OtlpAttribute.Int(writer, OtlpAttribute.OfSpan, key, tag.Number);
                break;
            case ZipkinTagType.Double:
                OtlpAttribute.Double(writer, OtlpAttribute.OfSpan, key, BitConverter.Int64BitsToDouble(tag.Number));
                break;
            case ZipkinTagType.Bytes:
                OtlpAttribute.Bytes(writer, OtlpAttribute.OfSpan, key, batch.TextOf(tag.Text));
                break;
            default:
                var text = batch.TextOf(tag.Text);
                if (!parseStringTags || !ZipkinTranslator.TryWriteTyped(writer, key, text)) OtlpAttribute.Text(writer, OtlpAttribute.OfSpan, key, text);
                break;
        }
    }

    /// <summary>What the binary annotations say of the status; the first of census, OpenTelemetry, error and HTTP that is there counts.</summary>
    private ref struct Status
    {
        private ReadOnlySpan<byte> _censusMessage;
        private ReadOnlySpan<byte> _otelMessage;
        private ReadOnlySpan<byte> _httpMessage;
        private long? _census;
        private long? _otel;
        private long? _http;
        private bool _hasError;

        public readonly int Code =>
            _census is { } census ? census == 0 ? OtlpOk : OtlpError
            : _otel is { } otel ? otel is OtlpOk or OtlpError ? (int)otel : 0
            : _hasError ? OtlpError
            : _http is { } http ? http is >= 100 and < 400 ? 0 : OtlpError
            : 0;

        public readonly ReadOnlySpan<byte> Message => _census is not null ? _censusMessage : _otel is not null ? _otelMessage : _hasError ? [] : _http is not null ? _httpMessage : [];

        /// <summary>True: it is not kept as an attribute.</summary>
        public bool Take(ZipkinBatch batch, in ZipkinTag tag)
        {
            var key = batch.TextOf(tag.Key);
            var text = batch.TextOf(tag.Text);
            if (key.SequenceEqual("error"u8))
            {
                _hasError = true;
                return true;
            }

            if (key.SequenceEqual("census.status_code"u8)) return (_census = Number(tag, text)) is not null;
            if (key.SequenceEqual("otel.status_code"u8)) return (_otel = Number(tag, text)) is not null;
            if (key.SequenceEqual("census.status_description"u8) || key.SequenceEqual("opencensus.status_description"u8))
            {
                _censusMessage = text;
                return true;
            }

            if (key.SequenceEqual("otel.status_description"u8))
            {
                _otelMessage = text;
                return true;
            }

            if (key.SequenceEqual("http.status_code"u8)) _http = Number(tag, text);
            else if (key.SequenceEqual("http.status_message"u8)) _httpMessage = text;
            return false;
        }

        private static long? Number(in ZipkinTag tag, ReadOnlySpan<byte> text) => tag.Type switch
        {
            ZipkinTagType.Int => tag.Number,
            ZipkinTagType.Text when OtlpAttribute.TryParseInt(text, out var number) => number,
            _ => null,
        };
    }

    private sealed class ByEndpoint(ZipkinBatch batch) : IComparer<int>
    {
        public static int Compare(ZipkinBatch batch, in ZipkinEndpoint a, in ZipkinEndpoint b)
        {
            var order = batch.TextOf(a.ServiceName).SequenceCompareTo(batch.TextOf(b.ServiceName));
            if (order == 0) order = batch.TextOf(a.Ipv4).SequenceCompareTo(batch.TextOf(b.Ipv4));
            if (order == 0) order = batch.TextOf(a.Ipv6).SequenceCompareTo(batch.TextOf(b.Ipv6));
            return order == 0 ? a.Port.CompareTo(b.Port) : order;
        }

        public int Compare(int x, int y)
        {
            var order = Compare(batch, batch.Spans[x].Local, batch.Spans[y].Local);
            return order == 0 ? x.CompareTo(y) : order;
        }
    }
}
