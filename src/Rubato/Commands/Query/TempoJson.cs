using System.Text.Json;

namespace Rubato.Commands.Query;

/// <summary>Reads the JSON of Tempo's answers (spec/http-api.md 1.2): absent is zero, 64-bit numbers are strings, ids are base64.</summary>
internal static class TempoJson
{
    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out JsonElement member) ? member : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : [];

    public static string Text(this JsonElement element, string name) => element.Member(name) is { } value ? value.ToString() : "";

    public static long Int64(this JsonElement element, string name) =>
        long.TryParse(element.Text(name), System.Globalization.CultureInfo.InvariantCulture, out long value) ? value : 0;

    public static double Number(this JsonElement element, string name) => double.TryParse(
        element.Text(name).Replace("Infinity", "∞", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture, out double value) ? value : 0;

    /// <summary>An id in hex, whether the server sent base64 (Tempo) or hex (OTLP's own JSON).</summary>
    public static string HexId(this JsonElement element, string name, int bytes)
    {
        string text = element.Text(name);
        if (text.Length == bytes * 2)
        {
            return text.ToLowerInvariant();
        }

        Span<byte> id = stackalloc byte[16];
        return Convert.TryFromBase64String(text, id, out int written) ? Convert.ToHexStringLower(id[..written]) : "";
    }

    /// <summary>The text of an attribute's value; empty when the list has no such key.</summary>
    public static string Attribute(this JsonElement owner, string key)
    {
        foreach (JsonElement attribute in owner.Items("attributes"))
        {
            if (attribute.Text("key") == key && attribute.Member("value") is { ValueKind: JsonValueKind.Object } value)
            {
                return value.EnumerateObject().Select(member => member.Value.ToString()).FirstOrDefault("");
            }
        }

        return "";
    }
}
