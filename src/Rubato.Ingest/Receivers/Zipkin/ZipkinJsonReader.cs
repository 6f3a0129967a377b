using System.Text.Json;
using Rubato.Ingest.Receivers.Translation;

namespace Rubato.Ingest.Receivers.Zipkin;

/// <summary>Zipkin's version 2 JSON: an array of spans (spec/wire-formats.md 5.2). Keys that nobody knows are passed over.</summary>
internal static class ZipkinJsonReader
{
    /// <exception cref="InvalidDataException">It is not such an array, or a span lacks what it needs; the message is for the sender.</exception>
    public static void Read(ReadOnlySpan<byte> body, ZipkinBatch batch) => ZipkinJson.ReadArray(body, batch, ReadSpan);

    private static void ReadSpan(ref Utf8JsonReader json, ZipkinBatch batch)
    {
        var span = new ZipkinSpan { FirstTag = batch.TagCount, FirstAnnotation = batch.AnnotationCount };
        var (hasTrace, hasId) = (false, false);
        while (ZipkinJson.NextProperty(ref json))
        {
            if (json.ValueTextEquals("traceId"u8))
                hasTrace = ZipkinHex.TryParseTraceId(ZipkinJson.Hex(ref json), out span.TraceIdHigh, out span.TraceIdLow) && (span.TraceIdHigh | span.TraceIdLow) != 0;
            else if (json.ValueTextEquals("id"u8))
                hasId = ZipkinHex.TryParse(ZipkinJson.Hex(ref json), out span.Id) && span.Id != 0;
            else if (json.ValueTextEquals("parentId"u8))
                span.ParentId = Parent(ZipkinJson.Hex(ref json));
            else if (json.ValueTextEquals("name"u8))
                span.Name = ZipkinJson.Text(ref json, batch, "name");
            else if (json.ValueTextEquals("kind"u8))
                span.Kind = Kind(ref json);
            else if (json.ValueTextEquals("timestamp"u8))
                (span.Timestamp, span.HasTimestamp) = ZipkinJson.Micros(ref json, "timestamp") is var at and > 0 ? (at, true) : (0, false);
            else if (json.ValueTextEquals("duration"u8))
                span.Duration = ZipkinJson.Micros(ref json, "duration");
            else if (json.ValueTextEquals("localEndpoint"u8))
                span.Local = ZipkinJson.Endpoint(ref json, batch);
            else if (json.ValueTextEquals("remoteEndpoint"u8))
                span.Remote = ZipkinJson.Endpoint(ref json, batch);
            else if (json.ValueTextEquals("annotations"u8))
                ReadAnnotations(ref json, batch);
            else if (json.ValueTextEquals("tags"u8))
                ReadTags(ref json, batch);
            else
                ZipkinJson.SkipValue(ref json);
        }

        if (!hasTrace) throw new InvalidDataException("valid traceId required");
        if (!hasId) throw new InvalidDataException("valid span id required");
        span.TagCount = batch.TagCount - span.FirstTag;
        span.AnnotationCount = batch.AnnotationCount - span.FirstAnnotation;
        batch.AddSpan(span);
    }

    private static ulong Parent(ReadOnlySpan<byte> hex)
    {
        if (hex.IsEmpty) return 0;
        return ZipkinHex.TryParse(hex, out var parent) ? parent : throw new InvalidDataException("parentId is not 1 to 16 hexadecimal digits");
    }

    private static ZipkinKind Kind(ref Utf8JsonReader json)
    {
        ZipkinJson.ReadValue(ref json);
        if (json.TokenType == JsonTokenType.Null) return ZipkinKind.Unspecified;
        if (json.TokenType == JsonTokenType.String)
        {
            if (json.ValueTextEquals("CLIENT"u8)) return ZipkinKind.Client;
            if (json.ValueTextEquals("SERVER"u8)) return ZipkinKind.Server;
            if (json.ValueTextEquals("PRODUCER"u8)) return ZipkinKind.Producer;
            if (json.ValueTextEquals("CONSUMER"u8)) return ZipkinKind.Consumer;
            if (json.ValueTextEquals(""u8)) return ZipkinKind.Unspecified;
        }

        throw new InvalidDataException("kind is none of CLIENT, SERVER, PRODUCER, CONSUMER");
    }

    private static void ReadAnnotations(ref Utf8JsonReader json, ZipkinBatch batch)
    {
        if (!ZipkinJson.BeginArray(ref json, "annotations")) return;
        while (ZipkinJson.NextObject(ref json, "annotations"))
        {
            var (at, value) = (0UL, default(Place));
            while (ZipkinJson.NextProperty(ref json))
            {
                if (json.ValueTextEquals("timestamp"u8)) at = ZipkinJson.Micros(ref json, "annotation timestamp");
                else if (json.ValueTextEquals("value"u8)) value = ZipkinJson.Text(ref json, batch, "annotation value");
                else ZipkinJson.SkipValue(ref json);
            }

            if (at == 0) throw new InvalidDataException("valid annotation timestamp required");
            batch.AddAnnotation(new ZipkinAnnotation(at, value));
        }
    }

    private static void ReadTags(ref Utf8JsonReader json, ZipkinBatch batch)
    {
        if (!ZipkinJson.BeginObject(ref json, "tags")) return;
        while (ZipkinJson.NextProperty(ref json))
        {
            var key = batch.AddText(ref json);
            ZipkinJson.ReadValue(ref json);
            if (json.TokenType != JsonTokenType.String)
                throw new InvalidDataException($"tag '{System.Text.Encoding.UTF8.GetString(batch.TextOf(key))}' is not a string");
            batch.AddTag(new ZipkinTag(key, ZipkinTagType.Text, batch.AddText(ref json), 0));
        }
    }
}
