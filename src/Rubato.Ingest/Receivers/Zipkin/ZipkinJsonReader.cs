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
            if (ZipkinJson.Is(json, "traceId"u8))
                hasTrace = ZipkinHex.TryParseTraceId(ZipkinJson.Hex(ref json), out span.TraceIdHigh, out span.TraceIdLow) && (span.TraceIdHigh | span.TraceIdLow) != 0;
            else if (ZipkinJson.Is(json, "id"u8))
                hasId = ZipkinHex.TryParse(ZipkinJson.Hex(ref json), out span.Id) && span.Id != 0;
            else if (ZipkinJson.Is(json, "parentId"u8))
                span.ParentId = Parent(ZipkinJson.Hex(ref json));
            else if (ZipkinJson.Is(json, "name"u8))
                span.Name = ZipkinJson.Text(ref json, batch, "name");
            else if (ZipkinJson.Is(json, "kind"u8))
                span.Kind = Kind(ref json);
            else if (ZipkinJson.Is(json, "timestamp"u8))
                (span.Timestamp, span.HasTimestamp) = ZipkinJson.Micros(ref json, "timestamp") is var at and > 0 ? (at, true) : (0, false);
            else if (ZipkinJson.Is(json, "duration"u8))
                span.Duration = ZipkinJson.Micros(ref json, "duration");
            else if (ZipkinJson.Is(json, "localEndpoint"u8))
                span.Local = ZipkinJson.Endpoint(ref json, batch);
            else if (ZipkinJson.Is(json, "remoteEndpoint"u8))
                span.Remote = ZipkinJson.Endpoint(ref json, batch);
            else if (ZipkinJson.Is(json, "annotations"u8))
                ReadAnnotations(ref json, batch);
            else if (ZipkinJson.Is(json, "tags"u8))
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
            if (ZipkinJson.Is(json, "CLIENT"u8)) return ZipkinKind.Client;
            if (ZipkinJson.Is(json, "SERVER"u8)) return ZipkinKind.Server;
            if (ZipkinJson.Is(json, "PRODUCER"u8)) return ZipkinKind.Producer;
            if (ZipkinJson.Is(json, "CONSUMER"u8)) return ZipkinKind.Consumer;
            if (ZipkinJson.Is(json, ""u8)) return ZipkinKind.Unspecified;
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
                if (ZipkinJson.Is(json, "timestamp"u8)) at = ZipkinJson.Micros(ref json, "annotation timestamp");
                else if (ZipkinJson.Is(json, "value"u8)) value = ZipkinJson.Text(ref json, batch, "annotation value");
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
            var key = batch.AddText(json);
            ZipkinJson.ReadValue(ref json);
            if (json.TokenType != JsonTokenType.String)
                throw new InvalidDataException($"tag '{System.Text.Encoding.UTF8.GetString(batch.TextOf(key))}' is not a string");
            batch.AddTag(new ZipkinTag(key, ZipkinTagType.Text, batch.AddText(json), 0));
        }
    }
}
