using System.Text.Json;
using System.Text.Json.Nodes;
using Rubato.Configuration;
using Rubato.Configuration.Schema;

namespace Rubato.Overrides.UserConfigurable;

/// <summary>
/// Whether a document has the fields of the API, each with a value of the JSON type that belongs there. The reader of files cannot say: to it, as to YAML,
/// <c>"true"</c> in quotes may be true.
/// </summary>
internal static class UserOverridesShape
{
    /// <summary>What is wrong first; null when nothing is.</summary>
    /// <param name="schema">Of an entry in the overrides file.</param>
    public static string? Problem(JsonObject root, SchemaSection schema) => OfSection(root, schema, "", isElement: false);

    /// <param name="isElement">Of a list: there every key that is described may stand.</param>
    private static string? OfSection(JsonObject section, SchemaSection schema, string path, bool isElement)
    {
        foreach (var (key, value) in section)
        {
            var at = ConfigValues.Join(path, key);
            if (!schema.TryGet(key, out var node) || (!isElement && !UserOverridesFields.Contains(at)))
                return Unknown(key, path, isElement ? schema.Keys : UserOverridesFields.NamesIn(path));
            var problem = (node, value) switch
            {
                (_, null) => null,
                (SchemaSection inner, JsonObject map) => OfSection(map, inner, at, isElement),
                (SchemaSection, _) => Expected(at, "an object", value),
                _ => OfValue((SchemaValue)node, value, at),
            };
            if (problem is not null)
                return problem;
        }

        return null;
    }

    private static string? OfValue(SchemaValue schema, JsonNode value, string at) => schema.Kind switch
    {
        ValueKind.Bool => Boolean(value, at),
        ValueKind.Int or ValueKind.Bytes or ValueKind.Float => Number(value, at),
        ValueKind.Duration => value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number ? null : Expected(at, "a duration such as \"30s\", or nanoseconds", value),
        ValueKind.TextList => Each(value, at, Text),
        ValueKind.FloatList => Each(value, at, Number),
        ValueKind.TextMap or ValueKind.SecretMap => EachOfMap(value, at, Text),
        ValueKind.BoolMap => EachOfMap(value, at, Boolean),
        ValueKind.SectionList => Each(value, at, (item, where) => item is JsonObject map ? OfSection(map, schema.Element!, where, isElement: true) : Expected(where, "an object", item)),
        _ => Text(value, at),
    };

    private static string? Each(JsonNode value, string at, Func<JsonNode?, string, string?> check) =>
        value is JsonArray list ? list.Select((item, i) => check(item, $"{at}[{i}]")).FirstOrDefault(problem => problem is not null) : Expected(at, "an array", value);

    private static string? EachOfMap(JsonNode value, string at, Func<JsonNode?, string, string?> check) =>
        value is JsonObject map ? map.Select(pair => check(pair.Value, $"{at}.{pair.Key}")).FirstOrDefault(problem => problem is not null) : Expected(at, "an object", value);

    private static string? Text(JsonNode? value, string at) => value?.GetValueKind() == JsonValueKind.String ? null : Expected(at, "a string", value);

    private static string? Number(JsonNode? value, string at) => value?.GetValueKind() == JsonValueKind.Number ? null : Expected(at, "a number", value);

    private static string? Boolean(JsonNode? value, string at) => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? null : Expected(at, "true or false", value);

    private static string Expected(string at, string what, JsonNode? found) => $"{at}: expected {what}, found {Name(found)}";

    private static string Name(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "null",
    };

    private static string Unknown(string key, string path, IEnumerable<string> known) =>
        $"json: unknown field \"{key}\"" + (path.Length == 0 ? "" : " in " + path) + DidYouMean.Hint(key, known);
}
