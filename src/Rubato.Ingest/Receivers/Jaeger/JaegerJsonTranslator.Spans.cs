using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rubato.Ingest.Receivers.Translation;
using Rubato.Ingest.Receivers.Zipkin;
using Rubato.Model.Otlp;

namespace Rubato.Ingest.Receivers.Jaeger;

/// <summary>One span of Jaeger's JSON, member by member.</summary>
internal sealed partial class JaegerJsonTranslator
{
    private void WriteSpan(JsonElement span, JsonElement trace)
    {
        _textLength = 0;
        var writer = output.Writer;
        var tags = new JaegerSpanTags(isGrpc: true);
        var (high, low) = TraceIdOf(Has(span, "traceID"u8, out var traceId) || Has(trace, "traceID"u8, out traceId) ? traceId : default, "traceID");
        var id = SpanIdOf(Has(span, "spanID"u8, out var spanId) ? spanId : default, "spanID");
        if (id == 0) throw Bad("spanID", "1 to 16 hexadecimal digits, not all zero", spanId);
        var start = OtlpTime.FromMicroseconds(Micros(span, "startTime"u8, "startTime"));

        output.BeginSpan();
        output.WriteTraceId(high, low);
        output.WriteSpanId(2, id);
        writer.WriteBytes(5, Text(span, "operationName"u8, "operationName"));
        if (start != 0) writer.WriteFixed64(7, start);
        if (OtlpTime.Add(start, (Int128)Micros(span, "duration"u8, "duration") * 1000) is var end and not 0) writer.WriteFixed64(8, end);
        WriteReferences(span, high, low);
        foreach (var tag in Items(span, "tags"u8, "tags")) tags.Add(TagOf(tag, "tags"), writer);
        foreach (var log in Items(span, "logs"u8, "logs")) WriteLog(log);
        tags.Finish(writer);
        output.EndSpan(tags.ScopeName, tags.ScopeVersion);
    }

    private void WriteReferences(JsonElement span, ulong traceHigh, ulong traceLow)
    {
        var references = new List<JaegerReference>();
        var parent = default(JaegerParent);
        foreach (var element in Items(span, "references"u8, "references"))
        {
            if (element.ValueKind != JsonValueKind.Object) throw Bad("references", "an object", element);
            var (high, low) = Has(element, "traceID"u8, out var trace) ? TraceIdOf(trace, "references.traceID") : (traceHigh, traceLow);
            var id = SpanIdOf(Has(element, "spanID"u8, out var spanId) ? spanId : default, "references.spanID");
            var reference = new JaegerReference(high, low, id, Has(element, "refType"u8, out var type) && IsText(type, "\"FOLLOWS_FROM\""u8));
            references.Add(reference);
            parent.Look(reference, traceHigh, traceLow);
        }

        // Older than references.
        var parentId = parent.SpanId != 0 || !Has(span, "parentSpanID"u8, out var old) || IsText(old, "\"\""u8) ? parent.SpanId : SpanIdOf(old, "parentSpanID");
        if (parentId != 0) output.WriteSpanId(4, parentId);
        foreach (var reference in references)
        {
            if (reference.IsLink(parentId)) reference.WriteLink(output);
        }
    }

    /// <summary>A log is an event, named by its field <c>event</c>.</summary>
    private void WriteLog(JsonElement log)
    {
        if (log.ValueKind != JsonValueKind.Object) throw Bad("logs", "an object", log);
        var writer = output.Writer;
        var message = writer.BeginMessage(11);
        writer.WriteFixed64(1, OtlpTime.FromMicroseconds(Micros(log, "timestamp"u8, "logs.timestamp")));
        foreach (var field in Items(log, "fields"u8, "logs.fields"))
        {
            var tag = TagOf(field, "logs.fields");
            if (tag.IsText("event"u8)) writer.WriteBytes(2, tag.Text);
            else tag.Write(writer, OtlpAttribute.OfEvent);
        }

        writer.EndMessage(message);
    }

    /// <summary>The value decides, the type says what a number or a text means: files made by hand often have none.</summary>
    private JaegerTag TagOf(JsonElement element, string place)
    {
        if (element.ValueKind != JsonValueKind.Object) throw Bad(place, "an object with key and value", element);
        var tag = new JaegerTag { Key = Text(element, "key"u8, place + ".key"), Type = JaegerTagType.String };
        var type = element.TryGetProperty("type"u8, out var named) ? named : default;
        if (!Has(element, "value"u8, out var value)) return tag;
        switch (value.ValueKind)
        {
            case JsonValueKind.True or JsonValueKind.False:
                (tag.Type, tag.Number) = (JaegerTagType.Bool, value.ValueKind == JsonValueKind.True ? 1 : 0);
                break;
            case JsonValueKind.Number when !IsText(type, "\"float64\""u8) && value.TryGetInt64(out var whole):
                (tag.Type, tag.Number) = (JaegerTagType.Long, whole);
                break;
            case JsonValueKind.Number:
                (tag.Type, tag.Number) = (JaegerTagType.Double, BitConverter.DoubleToInt64Bits(value.TryGetDouble(out var real) ? real : 0));
                break;
            case JsonValueKind.String:
                ReadText(value, type, ref tag);
                break;
            default:
                // Lists and objects are no values of Jaeger's: kept as the JSON that they are.
                tag.Text = Keep(JsonMarshal.GetRawUtf8Value(value), isEscaped: false);
                break;
        }

        return tag;
    }

    /// <summary>JavaScript loses digits of long integers, so some write them as texts; bytes are base64.</summary>
    private void ReadText(JsonElement value, JsonElement type, ref JaegerTag tag)
    {
        tag.Text = Keep(Inside(value), isEscaped: true);
        if (IsText(type, "\"int64\""u8) && OtlpAttribute.TryParseInt(tag.Text, out var whole))
            (tag.Type, tag.Number) = (JaegerTagType.Long, whole);
        else if (IsText(type, "\"float64\""u8) && Utf8Parser.TryParse(tag.Text, out double real, out var read) && read == tag.Text.Length)
            (tag.Type, tag.Number) = (JaegerTagType.Double, BitConverter.DoubleToInt64Bits(real));
        else if (IsText(type, "\"bool\""u8) && Utf8Parser.TryParse(tag.Text, out bool flag, out read) && read == tag.Text.Length)
            (tag.Type, tag.Number) = (JaegerTagType.Bool, flag ? 1 : 0);
        else if (IsText(type, "\"binary\""u8))
            ReadBase64(ref tag);
    }

    /// <summary>What is no base64 stays a text.</summary>
    private static void ReadBase64(ref JaegerTag tag)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(tag.Text.Length)];
        if (Base64.DecodeFromUtf8(tag.Text, bytes, out _, out var length) != OperationStatus.Done) return;
        tag.Type = JaegerTagType.Binary;
        tag.Text = bytes.AsSpan(0, length);
    }

    private (ulong High, ulong Low) TraceIdOf(JsonElement element, string place) =>
        element.ValueKind == JsonValueKind.String && ZipkinHex.TryParseTraceId(Inside(element), out var high, out var low)
            ? (high, low)
            : throw Bad(place, "1 to 32 hexadecimal digits", element);

    private ulong SpanIdOf(JsonElement element, string place) =>
        element.ValueKind == JsonValueKind.String && ZipkinHex.TryParse(Inside(element), out var id) ? id : throw Bad(place, "1 to 16 hexadecimal digits", element);

    private long Micros(JsonElement element, ReadOnlySpan<byte> name, string place)
    {
        if (!Has(element, name, out var value)) return 0;
        if (value.ValueKind == JsonValueKind.Number)
        {
            if (value.TryGetInt64(out var micros)) return micros;
            if (value.TryGetDouble(out var real) && Math.Abs(real) < long.MaxValue) return (long)real;
        }
        else if (value.ValueKind == JsonValueKind.String && OtlpAttribute.TryParseInt(Inside(value), out var micros))
        {
            return micros;
        }

        throw Bad(place, "microseconds", value);
    }

    private ReadOnlySpan<byte> Text(JsonElement element, ReadOnlySpan<byte> name, string place)
    {
        if (!Has(element, name, out var value)) return default;
        return value.ValueKind == JsonValueKind.String ? Keep(Inside(value), isEscaped: true) : throw Bad(place, "a string", value);
    }

    private JsonElement.ArrayEnumerator Items(JsonElement element, ReadOnlySpan<byte> name, string place)
    {
        if (!Has(element, name, out var list)) return default;
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : throw Bad(place, "an array", list);
    }

    /// <summary>Null is as good as absent.</summary>
    private static bool Has(JsonElement element, ReadOnlySpan<byte> name, out JsonElement value) =>
        element.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static bool IsText(JsonElement element, ReadOnlySpan<byte> quoted) =>
        element.ValueKind == JsonValueKind.String && JsonMarshal.GetRawUtf8Value(element).SequenceEqual(quoted);

    /// <summary>A string without its quotes, escapes as they are.</summary>
    private static ReadOnlySpan<byte> Inside(JsonElement text) => JsonMarshal.GetRawUtf8Value(text)[1..^1];

    private ReadOnlySpan<byte> Keep(ReadOnlySpan<byte> text, bool isEscaped)
    {
        var place = _texts.AsSpan(_textLength);
        var length = text.Length;
        if (isEscaped) length = JsonText.Unescape(text, place);
        else text.CopyTo(place);
        _textLength += length;
        return place[..length];
    }
}
