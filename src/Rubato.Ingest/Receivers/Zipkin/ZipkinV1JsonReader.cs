using System.Text;
using System.Text.Json;
using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>Zipkin's version 1 JSON (spec/wire-formats.md 5.5).</summary>
internal static class ZipkinV1JsonReader
{
    /// <exception cref="InvalidDataException">No array of spans, or a span lacks what it needs; the message is for the sender.</exception>
    public static void Read(ReadOnlySpan<byte> body, ZipkinBatch batch) => ZipkinJson.ReadArray(body, batch, ReadSpan);

    private static void ReadSpan(ref Utf8JsonReader json, ZipkinBatch batch)
    {
        var builder = new ZipkinV1Span(batch);
        ref var span = ref builder.Span;
        var (hasTrace, hasId) = (false, false);
        while (ZipkinJson.NextProperty(ref json))
        {
            if (json.ValueTextEquals("traceId"u8))
            {
                var hex = ZipkinJson.Hex(ref json);
                hasTrace = hex.Length is 16 or 32 && ZipkinHex.TryParseTraceId(hex, out span.TraceIdHigh, out span.TraceIdLow) && (span.TraceIdHigh | span.TraceIdLow) != 0;
                if (!hasTrace) throw new InvalidDataException($"zipkinV1 span traceId: '{Shown(hex)}' is not 16 or 32 hexadecimal digits, or all zero");
            }
            else if (json.ValueTextEquals("id"u8))
            {
                span.Id = SpanId(ZipkinJson.Hex(ref json), "id");
                hasId = true;
            }
            else if (json.ValueTextEquals("parentId"u8))
            {
                var hex = ZipkinJson.Hex(ref json);
                if (!hex.IsEmpty) span.ParentId = SpanId(hex, "parentId");
            }
            else if (json.ValueTextEquals("name"u8))
            {
                span.Name = ZipkinJson.Text(ref json, batch, "zipkinv1: name");
            }
            else if (json.ValueTextEquals("timestamp"u8))
            {
                (span.Timestamp, builder.HasTimestampField) = (ZipkinJson.Micros(ref json, "zipkinv1: timestamp"), true);
            }
            else if (json.ValueTextEquals("duration"u8))
            {
                (span.Duration, builder.HasDurationField) = (ZipkinJson.Micros(ref json, "zipkinv1: duration"), true);
            }
            else if (json.ValueTextEquals("annotations"u8))
            {
                ReadAnnotations(ref json, batch, ref builder);
            }
            else if (json.ValueTextEquals("binaryAnnotations"u8))
            {
                ReadBinaryAnnotations(ref json, batch, ref builder);
            }
            else
            {
                ZipkinJson.SkipValue(ref json);
            }
        }

        if (!hasTrace) throw new InvalidDataException("zipkinV1 span traceId: it is missing");
        if (!hasId) throw new InvalidDataException("zipkinV1 span id: it is missing");
        builder.End();
    }

    private static ulong SpanId(ReadOnlySpan<byte> hex, string what) =>
        hex.Length == 16 && ZipkinHex.TryParse(hex, out var id) && id != 0
            ? id
            : throw new InvalidDataException($"zipkinV1 span {what}: '{Shown(hex)}' is not 16 hexadecimal digits, or all zero");

    private static string Shown(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text[..Math.Min(text.Length, 64)]);

    private static void ReadAnnotations(ref Utf8JsonReader json, ZipkinBatch batch, ref ZipkinV1Span builder)
    {
        if (!ZipkinJson.BeginArray(ref json, "zipkinv1: annotations")) return;
        while (ZipkinJson.NextObject(ref json, "zipkinv1: annotations"))
        {
            var (at, value, host) = (0UL, default(Place), default(ZipkinEndpoint));
            while (ZipkinJson.NextProperty(ref json))
            {
                if (json.ValueTextEquals("timestamp"u8)) at = ZipkinJson.Micros(ref json, "zipkinv1: annotation timestamp");
                else if (json.ValueTextEquals("value"u8)) value = ZipkinJson.Text(ref json, batch, "zipkinv1: annotation value");
                else if (json.ValueTextEquals("endpoint"u8)) host = ZipkinJson.Endpoint(ref json, batch);
                else ZipkinJson.SkipValue(ref json);
            }

            builder.AddAnnotation(at, value, host);
        }
    }

    private static void ReadBinaryAnnotations(ref Utf8JsonReader json, ZipkinBatch batch, ref ZipkinV1Span builder)
    {
        if (!ZipkinJson.BeginArray(ref json, "zipkinv1: binaryAnnotations")) return;
        while (ZipkinJson.NextObject(ref json, "zipkinv1: binaryAnnotations"))
        {
            var (key, host) = (default(Place), default(ZipkinEndpoint));
            var tag = default(ZipkinTag);
            while (ZipkinJson.NextProperty(ref json))
            {
                if (json.ValueTextEquals("key"u8)) key = ZipkinJson.Text(ref json, batch, "zipkinv1: binaryAnnotation key");
                else if (json.ValueTextEquals("value"u8)) tag = ReadValue(ref json, batch);
                else if (json.ValueTextEquals("endpoint"u8)) host = ZipkinJson.Endpoint(ref json, batch);
                else ZipkinJson.SkipValue(ref json);
            }

            builder.AddBinaryAnnotation(tag with { Key = key }, host);
        }
    }

    // Texts by the book; old tracers wrote booleans (ca and sa: an address) and numbers, too.
    private static ZipkinTag ReadValue(ref Utf8JsonReader json, ZipkinBatch batch)
    {
        ZipkinJson.ReadValue(ref json);
        switch (json.TokenType)
        {
            case JsonTokenType.String:
                return new ZipkinTag(default, ZipkinTagType.Text, batch.AddText(ref json), 0);
            case JsonTokenType.True or JsonTokenType.False:
                return new ZipkinTag(default, ZipkinTagType.Bool, default, json.TokenType == JsonTokenType.True ? 1 : 0);
            case JsonTokenType.Number when json.TryGetInt64(out var whole):
                return new ZipkinTag(default, ZipkinTagType.Int, default, whole);
            case JsonTokenType.Number when json.TryGetDouble(out var number):
                return new ZipkinTag(default, ZipkinTagType.Double, default, BitConverter.DoubleToInt64Bits(number));
            case JsonTokenType.Null:
                return default;
            default:
                throw new InvalidDataException("zipkinv1: a binaryAnnotation's value is neither text, number nor boolean");
        }
    }
}
