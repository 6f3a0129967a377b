using System.Text;
using System.Text.Json;

namespace Rubato.Model.Otlp;

/// <summary>How a field stands in OTLP/JSON (spec/wire-formats.md 1.4).</summary>
internal enum OtlpJsonKind : byte
{
    Text,
    HexId,
    Base64,
    Bool,
    Int64,
    UInt32,
    Fixed32,
    Fixed64,
    Double,
    Enum,
    Message,
    Repeated,
}

/// <summary>One field: its two spellings, its protobuf number, and what it holds.</summary>
internal sealed record OtlpJsonField(byte[] CamelCase, byte[] SnakeCase, int Number, OtlpJsonKind Kind, OtlpMessage Child);

/// <summary>The JSON names of every message's fields.</summary>
internal static class OtlpJsonSchema
{
    private static readonly OtlpJsonField[][] Messages = Build();

    /// <summary>Names of fields in files only: what Tempo's API calls them, and what OTLP did before version 1.</summary>
    private static readonly (OtlpMessage Message, OtlpJsonField Field)[] Former =
    [
        (OtlpMessage.ExportTraceServiceRequest, Many("batches", 1, OtlpMessage.ResourceSpans)),
        (OtlpMessage.ResourceSpans, Many("instrumentationLibrarySpans", 2, OtlpMessage.ScopeSpans)),
        (OtlpMessage.ScopeSpans, One("instrumentationLibrary", 1, OtlpMessage.InstrumentationScope)),
    ];

    public static ReadOnlySpan<OtlpJsonField> Of(OtlpMessage message) => Messages[(int)message];

    /// <summary>The field by a name that only files have, null for none.</summary>
    public static OtlpJsonField? FindFormer(OtlpMessage message, in Utf8JsonReader name)
    {
        foreach (var (owner, field) in Former)
        {
            if (owner == message && (name.ValueTextEquals(field.CamelCase) || name.ValueTextEquals(field.SnakeCase))) return field;
        }

        return null;
    }

    private static OtlpJsonField[][] Build()
    {
        var messages = new OtlpJsonField[(int)OtlpMessage.KeyValueList + 1][];
        Array.Fill(messages, []);
        messages[(int)OtlpMessage.ExportTraceServiceRequest] = [Many("resourceSpans", 1, OtlpMessage.ResourceSpans)];
        messages[(int)OtlpMessage.ResourceSpans] =
            [One("resource", 1, OtlpMessage.Resource), Many("scopeSpans", 2, OtlpMessage.ScopeSpans), F("schemaUrl", 3, OtlpJsonKind.Text)];
        messages[(int)OtlpMessage.Resource] = [Many("attributes", 1, OtlpMessage.KeyValue), F("droppedAttributesCount", 2, OtlpJsonKind.UInt32)];
        messages[(int)OtlpMessage.ScopeSpans] =
            [One("scope", 1, OtlpMessage.InstrumentationScope), Many("spans", 2, OtlpMessage.Span), F("schemaUrl", 3, OtlpJsonKind.Text)];
        messages[(int)OtlpMessage.InstrumentationScope] =
        [
            F("name", 1, OtlpJsonKind.Text), F("version", 2, OtlpJsonKind.Text), Many("attributes", 3, OtlpMessage.KeyValue),
            F("droppedAttributesCount", 4, OtlpJsonKind.UInt32),
        ];
        messages[(int)OtlpMessage.Span] =
        [
            F("traceId", 1, OtlpJsonKind.HexId), F("spanId", 2, OtlpJsonKind.HexId), F("traceState", 3, OtlpJsonKind.Text),
            F("parentSpanId", 4, OtlpJsonKind.HexId), F("name", 5, OtlpJsonKind.Text), F("kind", 6, OtlpJsonKind.Enum),
            F("startTimeUnixNano", 7, OtlpJsonKind.Fixed64), F("endTimeUnixNano", 8, OtlpJsonKind.Fixed64), Many("attributes", 9, OtlpMessage.KeyValue),
            F("droppedAttributesCount", 10, OtlpJsonKind.UInt32), Many("events", 11, OtlpMessage.Event), F("droppedEventsCount", 12, OtlpJsonKind.UInt32),
            Many("links", 13, OtlpMessage.Link), F("droppedLinksCount", 14, OtlpJsonKind.UInt32), One("status", 15, OtlpMessage.Status),
            F("flags", 16, OtlpJsonKind.Fixed32),
        ];
        messages[(int)OtlpMessage.Event] =
        [
            F("timeUnixNano", 1, OtlpJsonKind.Fixed64), F("name", 2, OtlpJsonKind.Text), Many("attributes", 3, OtlpMessage.KeyValue),
            F("droppedAttributesCount", 4, OtlpJsonKind.UInt32),
        ];
        messages[(int)OtlpMessage.Link] =
        [
            F("traceId", 1, OtlpJsonKind.HexId), F("spanId", 2, OtlpJsonKind.HexId), F("traceState", 3, OtlpJsonKind.Text),
            Many("attributes", 4, OtlpMessage.KeyValue), F("droppedAttributesCount", 5, OtlpJsonKind.UInt32), F("flags", 6, OtlpJsonKind.Fixed32),
        ];
        messages[(int)OtlpMessage.Status] = [F("message", 2, OtlpJsonKind.Text), F("code", 3, OtlpJsonKind.Enum)];
        messages[(int)OtlpMessage.KeyValue] = [F("key", 1, OtlpJsonKind.Text), One("value", 2, OtlpMessage.AnyValue)];
        messages[(int)OtlpMessage.AnyValue] =
        [
            F("stringValue", 1, OtlpJsonKind.Text), F("boolValue", 2, OtlpJsonKind.Bool), F("intValue", 3, OtlpJsonKind.Int64),
            F("doubleValue", 4, OtlpJsonKind.Double), One("arrayValue", 5, OtlpMessage.ArrayValue), One("kvlistValue", 6, OtlpMessage.KeyValueList),
            F("bytesValue", 7, OtlpJsonKind.Base64),
        ];
        messages[(int)OtlpMessage.ArrayValue] = [Many("values", 1, OtlpMessage.AnyValue)];
        messages[(int)OtlpMessage.KeyValueList] = [Many("values", 1, OtlpMessage.KeyValue)];
        return messages;
    }

    private static OtlpJsonField One(string name, int number, OtlpMessage child) => F(name, number, OtlpJsonKind.Message, child);

    private static OtlpJsonField Many(string name, int number, OtlpMessage child) => F(name, number, OtlpJsonKind.Repeated, child);

    private static OtlpJsonField F(string name, int number, OtlpJsonKind kind, OtlpMessage child = OtlpMessage.None)
    {
        var snake = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsAsciiLetterUpper(c)) snake.Append('_').Append(char.ToLowerInvariant(c));
            else snake.Append(c);
        }

        return new OtlpJsonField(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(snake.ToString()), number, kind, child);
    }
}
