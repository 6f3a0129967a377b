using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rubato.Configuration;
using Rubato.Configuration.Schema;
using Rubato.Configuration.Yaml;
using Rubato.Model.Tenants;

namespace Rubato.Overrides.UserConfigurable;

/// <summary>
/// What a tenant set for itself (spec/limits-and-overrides.md 4.6): a few keys of the overrides file, as JSON, checked by the same description and the
/// same rules. Immutable.
/// </summary>
internal sealed class UserOverridesDocument
{
    /// <summary>The version of a document that does not exist.</summary>
    public const string NoVersion = "0";

    /// <summary>A large document has some kilobytes.</summary>
    public const int MaxBytes = 256 * 1024;

    /// <summary>Deeper than any document that is valid.</summary>
    private const int MaxDepth = 16;

    private const string Generator = "metrics_generator";

    private static readonly HashSet<string> Fields = new(
        [
            "forwarders",
            "cost_attribution.dimensions",
            $"{Generator}.processors", $"{Generator}.disable_collection", $"{Generator}.collection_interval", $"{Generator}.ingestion_time_range_slack",
            $"{Generator}.generate_native_histograms", $"{Generator}.trace_id_label_name",
            .. Under("service_graphs", "dimensions", "enable_client_server_prefix", "enable_virtual_node_label", "enable_messaging_system_latency_histogram",
                "peer_attributes", "histogram_buckets"),
            .. Under("span_metrics", "dimensions", "enable_target_info", "filter_policies", "histogram_buckets", "target_info_excluded_dimensions"),
            .. Under("host_info", "host_identifiers", "metric_name"),
        ],
        StringComparer.Ordinal);

    private readonly ConfigValues _values;

    private UserOverridesDocument(byte[] content, ConfigValues values)
    {
        Content = content;
        _values = values;
        Version = Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8));
    }

    /// <summary>UTF-8 JSON, as it is stored and answered.</summary>
    public byte[] Content { get; }

    /// <summary>Of the content: every store can tell it, also those without versions of their own.</summary>
    public string Version { get; }

    /// <param name="json">UTF-8.</param>
    /// <param name="schema">What a tenant's entry in the overrides file may hold.</param>
    /// <param name="forwarders">Names that exist; null: any.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> json, SchemaSection schema, IReadOnlyCollection<string>? forwarders,
        [NotNullWhen(true)] out UserOverridesDocument? document, [NotNullWhen(false)] out string? error)
    {
        document = null;
        if (!TryParseObject(json, out var root, out error) || (error = Unknown(root, "")) is not null)
            return false;

        var values = new ConfigValues();
        var problems = new ConfigProblems();
        new ConfigReader(schema, "", "", isStrict: true, values, problems).Read(Node(root), isNoted: true);
        if (problems.Errors is [var first, ..])
        {
            error = first.ToString();
            return false;
        }

        var limits = TenantLimitKeys.Apply(TenantLimits.Default, values, path: "");
        error = TenantLimitRules.Broken(limits).Select(broken => $"{broken.Key}: {broken.Message}")
            .Concat(limits.Forwarders.Where(name => forwarders?.Contains(name) == false).Select(name => $"forwarders: there is no forwarder '{name}'"))
            .FirstOrDefault();
        if (error is not null)
            return false;
        document = new UserOverridesDocument(JsonSerializer.SerializeToUtf8Bytes(root), values);
        return true;
    }

    /// <summary>RFC 7396: null removes, objects are merged, anything else replaces.</summary>
    public static bool TryPatch(byte[]? content, ReadOnlySpan<byte> patch, out byte[] patched, [NotNullWhen(false)] out string? error)
    {
        patched = [];
        if (!TryParseObject(patch, out var changes, out error))
            return false;
        var root = content is null ? [] : JsonNode.Parse(content)!.AsObject();
        Merge(root, changes);
        patched = JsonSerializer.SerializeToUtf8Bytes(root);
        return true;
    }

    /// <summary>The limits with what the document says: processors are added to those that run anyway, all else replaces.</summary>
    public TenantLimits ApplyTo(TenantLimits limits)
    {
        var merged = TenantLimitKeys.Apply(limits, _values, path: "");
        return merged with { MetricsGeneratorProcessors = [.. limits.MetricsGeneratorProcessors.Union(merged.MetricsGeneratorProcessors, StringComparer.Ordinal)] };
    }

    private static IEnumerable<string> Under(string processor, params string[] keys) => keys.Select(key => $"{Generator}.processor.{processor}.{key}");

    private static bool TryParseObject(ReadOnlySpan<byte> json, [NotNullWhen(true)] out JsonObject? root, [NotNullWhen(false)] out string? error)
    {
        root = null;
        error = json.Length > MaxBytes ? $"overrides are at most {MaxBytes} bytes" : null;
        if (error is not null)
            return false;
        try
        {
            root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false }) as JsonObject;
            // Texts are decoded late: an escape that is half of a character would be found by whoever looks first.
            _ = root?.ToJsonString();
            error = root is null ? "expected one JSON object" : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            error = "not JSON: " + e.Message;
        }

        return error is null;
    }

    private static string? Unknown(JsonObject section, string path)
    {
        foreach (var (key, value) in section)
        {
            var at = ConfigValues.Join(path, key);
            if (Fields.Contains(at))
                continue;
            if (!Fields.Any(field => field.StartsWith(at + ".", StringComparison.Ordinal)))
                return $"unknown field {at}; there are {string.Join(", ", Fields.Order(StringComparer.Ordinal))}";
            if (value is JsonObject inner && Unknown(inner, at) is { } unknown)
                return unknown;
        }

        return null;
    }

    private static YamlNode Node(JsonNode? json) => json switch
    {
        JsonObject map => new YamlMap(0, [.. map.Select(pair => KeyValuePair.Create(new YamlScalar(0, pair.Key, IsPlain: false), Node(pair.Value)))]),
        JsonArray list => new YamlList(0, [.. list.Select(Node)]),
        null => new YamlScalar(0, "null", IsPlain: true),
        _ => new YamlScalar(0, json.GetValueKind() == JsonValueKind.String ? json.GetValue<string>() : json.ToJsonString(), IsPlain: false),
    };

    private static void Merge(JsonObject root, JsonObject changes)
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
}
