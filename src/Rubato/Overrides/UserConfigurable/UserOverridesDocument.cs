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

    private readonly ConfigValues _values;

    private UserOverridesDocument(byte[] content, ConfigValues values)
    {
        Content = content;
        _values = values;
    }

    /// <summary>UTF-8 JSON, as it is stored and answered.</summary>
    public byte[] Content { get; }

    /// <summary>Of the stored bytes, whatever they are: every store can tell it, also those without versions of their own.</summary>
    public static string VersionOf(ReadOnlySpan<byte> stored) => Convert.ToHexStringLower(SHA256.HashData(stored).AsSpan(0, 8));

    /// <param name="json">UTF-8.</param>
    /// <param name="schema">What a tenant's entry in the overrides file may hold.</param>
    /// <param name="forwarders">Names that exist; null: any.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> json, SchemaSection schema, IReadOnlyCollection<string>? forwarders,
        [NotNullWhen(true)] out UserOverridesDocument? document, [NotNullWhen(false)] out string? error)
    {
        document = null;
        if (!UserOverridesText.TryParse(json, out var root, out error) || (error = UserOverridesShape.Problem(root, schema)) is not null)
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
        UserOverridesText.Complete(root, UserOverridesFields.Sections);
        var content = UserOverridesText.Write(root);
        if (content.Length > UserOverridesText.MaxBytes)
        {
            // Some characters are stored as escapes. What could not be read again must not be stored.
            error = $"overrides are at most {UserOverridesText.MaxBytes} bytes as they are stored, these are {content.Length}";
            return false;
        }

        document = new UserOverridesDocument(content, values);
        return true;
    }

    /// <summary>The document with a merge patch, not checked yet.</summary>
    public static bool TryPatch(UserOverridesDocument? document, ReadOnlySpan<byte> patch, out byte[] patched, [NotNullWhen(false)] out string? error)
    {
        patched = [];
        if (!UserOverridesText.TryParse(patch, out var changes, out error))
            return false;
        var root = document is null ? [] : JsonNode.Parse(document.Content)!.AsObject();
        UserOverridesText.Merge(root, changes);
        patched = UserOverridesText.Write(root);
        return true;
    }

    /// <summary>The limits with what the document says: processors are added to those that run anyway, all else replaces.</summary>
    public TenantLimits ApplyTo(TenantLimits limits)
    {
        var merged = TenantLimitKeys.Apply(limits, _values, path: "");
        return merged with { MetricsGeneratorProcessors = [.. limits.MetricsGeneratorProcessors.Union(merged.MetricsGeneratorProcessors, StringComparer.Ordinal)] };
    }

    private static YamlNode Node(JsonNode? json) => json switch
    {
        JsonObject map => new YamlMap(0, [.. map.Select(pair => KeyValuePair.Create(new YamlScalar(0, pair.Key, IsPlain: false), Node(pair.Value)))]),
        JsonArray list => new YamlList(0, [.. list.Select(Node)]),
        null => new YamlScalar(0, "null", IsPlain: true),
        _ => new YamlScalar(0, json.GetValueKind() == JsonValueKind.String ? json.GetValue<string>() : json.ToJsonString(), IsPlain: false),
    };
}
