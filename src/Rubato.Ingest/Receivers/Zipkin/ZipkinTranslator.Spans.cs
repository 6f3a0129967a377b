using System.Buffers.Text;
using Rubato.Ingest.Receivers.Jaeger;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Zipkin;

internal sealed partial class ZipkinTranslator
{
    private const int OtlpError = 2;

    // Kinds of OTLP by Zipkin's number: unspecified, client, server, producer, consumer (spec/wire-formats.md 1.2).
    private static ReadOnlySpan<byte> OtlpKinds => [0, 3, 2, 4, 5];

    private const int OtlpInternal = 1;

    internal static int OtlpKindOf(ZipkinKind kind) => OtlpKinds[(int)kind];

    private void WriteSpan(ZipkinBatch batch, in ZipkinSpan span, OtlpTranslation output)
    {
        var writer = output.Writer;
        output.BeginSpan();
        WriteHead(span, output);
        if (span.Name.Length > 0) writer.WriteBytes(5, batch.TextOf(span.Name));

        var found = new Found();
        foreach (ref readonly var tag in batch.TagsOf(span))
        {
            var key = batch.TextOf(tag.Key);
            var value = batch.TextOf(tag.Text);
            if (found.Take(key, value, span.Kind) || ZipkinTagNames.IsOfResource(key)) continue;
            if (ZipkinTagNames.IsLink(key)) WriteLink(key, value, output);
            else WriteTag(writer, key, value);
        }

        if (!span.HasTimestamp) OtlpAttribute.Bool(writer, OtlpAttribute.OfSpan, ZipkinTagNames.AbsentStart, value: true);
        WriteEndpoints(batch, span, writer);
        var kind = span.Kind != ZipkinKind.Unspecified ? OtlpKindOf(span.Kind) : found.IsInternal ? OtlpInternal : 0;
        if (kind != 0) writer.WriteVarint(6, (ulong)kind);
        foreach (ref readonly var annotation in batch.AnnotationsOf(span)) WriteEvent(batch, annotation, writer);
        if (!found.TraceState.IsEmpty) writer.WriteBytes(3, found.TraceState);
        WriteStatus(writer, found.HasError ? OtlpError : found.StatusCode, found.StatusMessage);
        output.EndSpan(found.ScopeName, found.ScopeVersion);
    }

    internal static void WriteHead(in ZipkinSpan span, OtlpTranslation output)
    {
        output.WriteTraceId(span.TraceIdHigh, span.TraceIdLow);
        output.WriteSpanId(2, span.Id);
        if (span.ParentId != 0 && span.ParentId != span.Id) output.WriteSpanId(4, span.ParentId);
        var start = Nanoseconds(span.Timestamp);
        output.Writer.WriteFixed64(7, start);
        output.Writer.WriteFixed64(8, JaegerTime.Add(start, (Int128)span.Duration * 1000));
    }

    internal static ulong Nanoseconds(ulong microseconds) => JaegerTime.FromMicroseconds((long)Math.Min(microseconds, long.MaxValue));

    internal static void WriteStatus(ProtoWriter writer, int code, ReadOnlySpan<byte> message)
    {
        if (code == 0 && message.IsEmpty) return;
        var status = writer.BeginMessage(15);
        if (!message.IsEmpty) writer.WriteBytes(2, message);
        if (code != 0) writer.WriteVarint(3, (ulong)code);
        writer.EndMessage(status);
    }

    private static void WriteEndpoints(ZipkinBatch batch, in ZipkinSpan span, ProtoWriter writer)
    {
        Address(span.Local, "net.host.ip"u8);
        if (span.Local.Port > 0) OtlpAttribute.Int(writer, OtlpAttribute.OfSpan, "net.host.port"u8, span.Local.Port);
        if (span.Remote.ServiceName.Length > 0) OtlpAttribute.Text(writer, OtlpAttribute.OfSpan, "peer.service"u8, batch.TextOf(span.Remote.ServiceName));
        Address(span.Remote, "net.peer.ip"u8);
        if (span.Remote.Port > 0) OtlpAttribute.Int(writer, OtlpAttribute.OfSpan, "net.peer.port"u8, span.Remote.Port);

        void Address(in ZipkinEndpoint endpoint, ReadOnlySpan<byte> key)
        {
            var address = endpoint.Ipv6.Length > 0 ? endpoint.Ipv6 : endpoint.Ipv4;
            if (address.Length > 0) OtlpAttribute.Text(writer, OtlpAttribute.OfSpan, key, batch.TextOf(address));
        }
    }

    private void WriteTag(ProtoWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (parseStringTags && TryWriteTyped(writer, key, value)) return;
        OtlpAttribute.Text(writer, OtlpAttribute.OfSpan, key, value);
    }

    // ^-?\d+$, ^-?\d+\.\d+$, true, false.
    internal static bool TryWriteTyped(ProtoWriter writer, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (value.SequenceEqual("true"u8) || value.SequenceEqual("false"u8))
        {
            OtlpAttribute.Bool(writer, OtlpAttribute.OfSpan, key, value.Length == 4);
            return true;
        }

        var digits = value.Length > 0 && value[0] == '-' ? value[1..] : value;
        var point = digits.IndexOf((byte)'.');
        if (!IsDigits(point < 0 ? digits : digits[..point]) || (point >= 0 && !IsDigits(digits[(point + 1)..]))) return false;
        if (point < 0)
        {
            if (!OtlpAttribute.TryParseInt(value, out var whole)) return false;
            OtlpAttribute.Int(writer, OtlpAttribute.OfSpan, key, whole);
            return true;
        }

        if (!Utf8Parser.TryParse(value, out double number, out var read) || read != value.Length) return false;
        OtlpAttribute.Double(writer, OtlpAttribute.OfSpan, key, number);
        return true;
    }

    private static bool IsDigits(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    // name | {attributes} | dropped: only where it really is that; anybody may write | into a text.
    private static void WriteEvent(ZipkinBatch batch, in ZipkinAnnotation annotation, ProtoWriter writer)
    {
        var value = batch.TextOf(annotation.Value);
        var (first, last) = (value.IndexOf((byte)'|'), value.LastIndexOf((byte)'|'));
        var message = writer.BeginMessage(11);
        writer.WriteFixed64(1, Nanoseconds(annotation.Timestamp));
        var before = writer.Length;
        var isPacked = first >= 0 && first < last && ZipkinPacked.TryReadDropped(value[(last + 1)..], out var dropped) && Packed(value[..first], value[(first + 1)..last], dropped);
        if (!isPacked)
        {
            writer.Truncate(before);
            writer.WriteBytes(2, value);
        }

        writer.EndMessage(message);

        bool Packed(ReadOnlySpan<byte> name, ReadOnlySpan<byte> attributes, uint dropped)
        {
            writer.WriteBytes(2, name);
            if (dropped > 0) writer.WriteVarint(4, dropped);
            return ZipkinPacked.TryWriteAttributes(writer, OtlpAttribute.OfEvent, attributes);
        }
    }

    private static void WriteLink(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, OtlpTranslation output)
    {
        // Attributes may hold | themselves: the three before and the one behind them are cut off.
        if (value.Count((byte)'|') < 4) return;
        var trace = Cut(ref value);
        var span = Cut(ref value);
        var state = Cut(ref value);
        var last = value.LastIndexOf((byte)'|');
        if (!ZipkinHex.TryParseTraceId(trace, out var high, out var low) || trace.Length != 32 || span.Length != 16 || !ZipkinHex.TryParse(span, out var id)
            || !ZipkinPacked.TryReadDropped(value[(last + 1)..], out var dropped))
            throw Malformed(key);

        var writer = output.Writer;
        var link = writer.BeginMessage(13);
        output.WriteTraceId(high, low);
        output.WriteSpanId(2, id);
        if (!state.IsEmpty) writer.WriteBytes(3, state);
        if (!ZipkinPacked.TryWriteAttributes(writer, OtlpAttribute.OfLink, value[..last])) throw Malformed(key);
        if (dropped > 0) writer.WriteVarint(5, dropped);
        writer.EndMessage(link);

        static ReadOnlySpan<byte> Cut(ref ReadOnlySpan<byte> rest)
        {
            var at = rest.IndexOf((byte)'|');
            var part = rest[..at];
            rest = rest[(at + 1)..];
            return part;
        }

        static InvalidDataException Malformed(ReadOnlySpan<byte> key) =>
            new($"tag {System.Text.Encoding.UTF8.GetString(key)} is not trace id|span id|trace state|attributes as JSON|dropped attributes");
    }

    /// <summary>Tags that become something else than attributes.</summary>
    private ref struct Found
    {
        public ReadOnlySpan<byte> ScopeName;
        public ReadOnlySpan<byte> ScopeVersion;
        public ReadOnlySpan<byte> TraceState;
        public ReadOnlySpan<byte> StatusMessage;
        public int StatusCode;
        public bool HasError;
        public bool IsInternal;

        /// <summary>True: the tag is not kept as an attribute.</summary>
        public bool Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ZipkinKind kind)
        {
            switch (key.Length)
            {
                case 5 when key.SequenceEqual(ZipkinTagNames.Error):
                    HasError = true;
                    return value.SequenceEqual("true"u8);
                case 9 when kind == ZipkinKind.Unspecified && key.SequenceEqual(ZipkinTagNames.Kind):
                    IsInternal = value.SequenceEqual("internal"u8);
                    return true;
                case 14 when key.SequenceEqual(ZipkinTagNames.TraceState):
                    TraceState = value;
                    return true;
                case 16 when key.SequenceEqual(ZipkinTagNames.StatusCode):
                    StatusCode = value.SequenceEqual("STATUS_CODE_OK"u8) || value.SequenceEqual("Ok"u8) ? 1
                        : value.SequenceEqual("STATUS_CODE_ERROR"u8) || value.SequenceEqual("Error"u8) ? OtlpError : 0;
                    return true;
                case 17 when key.SequenceEqual(ZipkinTagNames.ScopeName):
                    ScopeName = value;
                    return true;
                case 20 when key.SequenceEqual(ZipkinTagNames.ScopeVersion):
                    ScopeVersion = value;
                    return true;
                case 23 when key.SequenceEqual(ZipkinTagNames.StatusMessage):
                    StatusMessage = value;
                    return true;
                case 24 when key.SequenceEqual(ZipkinTagNames.ServiceNameSource):
                    return true;
                default:
                    return false;
            }
        }
    }
}
