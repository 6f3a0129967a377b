using System.Globalization;
using System.Text.Json;
using Rubato.Model.Spans;

namespace Rubato.Model.Otlp;

/// <summary>
/// Attributes and their values in OTLP/JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): 64-bit integers as strings, empty
/// lists and texts left out as protobuf's JSON does.
/// </summary>
public static class OtlpJsonValues
{
    /// <summary>A text property, left out where it is empty.</summary>
    public static void Text(Utf8JsonWriter json, string name, string value)
    {
        if (value.Length > 0) json.WriteString(name, value);
    }

    /// <summary>A list of key-value pairs as property <paramref name="name"/>, left out where it is empty.</summary>
    public static void KeyValues(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, AttributeValue>> attributes)
    {
        if (attributes.Count == 0) return;
        json.WriteStartArray(name);
        foreach (var (key, value) in attributes)
        {
            json.WriteStartObject();
            Text(json, "key", key);
            json.WritePropertyName("value");
            Value(json, value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>An AnyValue: one key, written even where the value is zero or empty.</summary>
    public static void Value(Utf8JsonWriter json, AttributeValue value)
    {
        json.WriteStartObject();
        switch (value.Kind)
        {
            case AttributeKind.String:
                json.WriteString("stringValue", value.AsString);
                break;
            case AttributeKind.Bool:
                json.WriteBoolean("boolValue", value.AsBool);
                break;
            case AttributeKind.Int:
                json.WriteString("intValue", value.AsInt.ToString(CultureInfo.InvariantCulture));
                break;
            case AttributeKind.Double:
                Double(json, "doubleValue", value.AsDouble);
                break;
            case AttributeKind.Bytes:
                json.WriteBase64String("bytesValue", value.AsBytes);
                break;
            case AttributeKind.Array:
                json.WriteStartObject("arrayValue");
                if (value.AsArray.Count > 0)
                {
                    json.WriteStartArray("values");
                    foreach (var element in value.AsArray) Value(json, element);
                    json.WriteEndArray();
                }

                json.WriteEndObject();
                break;
            case AttributeKind.KeyValueList:
                json.WriteStartObject("kvlistValue");
                KeyValues(json, "values", value.AsKeyValueList);
                json.WriteEndObject();
                break;
        }

        json.WriteEndObject();
    }

    public static void Double(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteString(name, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }
}
