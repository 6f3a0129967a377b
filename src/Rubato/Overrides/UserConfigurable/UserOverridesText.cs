using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rubato.Overrides.UserConfigurable;

/// <summary>From bytes to a JSON object without surprises, back again, and patches in between.</summary>
internal static class UserOverridesText
{
    /// <summary>A large document has some kilobytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Deeper than any document that is valid.</summary>
    private const int MaxDepth = 16;

    /// <summary>Letters stay letters: escaped, a document could be six times as long in the store as it was when its size was checked.</summary>
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>An object in which every name and text can be read and no name stands twice, at any depth.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, [NotNullWhen(true)] out JsonObject? root, [NotNullWhen(false)] out string? error)
    {
        root = null;
        error = json.Length > MaxBytes ? $"overrides are at most {MaxBytes} bytes" : null;
        if (error is not null)
            return false;
        try
        {
            root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false }) as JsonObject;
            Touch(root);
            error = root is null ? "expected one JSON object" : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            error = "not JSON: " + e.Message;
        }

        return error is null;
    }

    public static byte[] Write(JsonObject root) => JsonSerializer.SerializeToUtf8Bytes(root, Plain);

    /// <summary>RFC 7396: null removes, objects are merged, anything else replaces.</summary>
    public static void Merge(JsonObject root, JsonObject changes)
    {
        foreach (var (key, value) in changes)
        {
            if (value is null)
            {
                root.Remove(key);
            }
            else if (value is JsonObject inner)
            {
                if (root[key] is not JsonObject below)
                    root[key] = below = [];
                Merge(below, inner);
            }
            else
            {
                root[key] = value.DeepClone();
            }
        }
    }

    /// <summary>Adds the sections that are missing, and takes out what is null, which means "not set".</summary>
    public static void Complete(JsonObject root, IEnumerable<string> sections)
    {
        RemoveNulls(root);
        foreach (var path in sections)
        {
            var section = root;
            foreach (var key in path.Split('.'))
            {
                if (section[key] is not JsonObject inner)
                    section[key] = inner = [];
                section = inner;
            }
        }
    }

    private static void RemoveNulls(JsonObject section)
    {
        foreach (var key in section.Where(pair => pair.Value is null).Select(pair => pair.Key).ToList())
            section.Remove(key);
        foreach (var inner in section.Select(pair => pair.Value).OfType<JsonObject>())
            RemoveNulls(inner);
    }

    /// <summary>Names and texts are decoded late: an escape that is half of a character would be found by whoever looks first.</summary>
    private static void Touch(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (_, value) in map)
                    Touch(value);
                break;
            case JsonArray list:
                foreach (var item in list)
                    Touch(item);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }
}
