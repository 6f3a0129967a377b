using System.Collections.Frozen;
using Rubato.Configuration;
using Rubato.Configuration.Options;
using Rubato.Configuration.Schema;
using Rubato.Configuration.Yaml;
using Rubato.Model.Tenants;

namespace Rubato.Overrides;

/// <summary>
/// Reads the file with limits per tenant: a map under <c>overrides</c>, each entry nested or flat, <c>"*"</c> for all
/// others. What an entry leaves out comes from <c>"*"</c>, then from the defaults.
/// </summary>
internal static class TenantOverridesFile
{
    private const string Wildcard = "*";

    /// <summary>Tempo's "not set" for an entry that replaces the defaults as a whole.</summary>
    private static readonly TenantLimits Zero = new()
    {
        RateLimitBytes = 0,
        BurstSizeBytes = 0,
        MaxTracesPerUser = 0,
        MaxBytesPerTagValuesQuery = 0,
        MaxConditionGroupsPerTagQuery = 0,
        MaxBytesPerTrace = 0,
        RetryInfoEnabled = false,
    };

    public static TenantOverridesResult Load(string path, ConfigResult config)
    {
        var errors = new List<ConfigProblem>();
        var root = config.Text.ReadFile(path, errors);
        return Read(root, path, config.Config.Overrides, config.TenantSchema, errors);
    }

    internal static TenantOverridesResult Read(
        YamlNode? root, string name, OverridesOptions options, SchemaSection schema, List<ConfigProblem> readErrors)
    {
        var problems = new ConfigProblems();
        problems.Errors.AddRange(readErrors);
        var entries = new Dictionary<string, ConfigValues>(StringComparer.Ordinal);
        foreach (var (tenant, node) in TenantsOf(root, name, problems))
        {
            var values = new ConfigValues { File = name };
            var reader = new ConfigReader(schema, name, $"overrides.{tenant.Text}", isStrict: true, values, problems);
            reader.Read(node);
            if (reader.OlderSpellings.Count > 0)
                CheckOneFormat(values, reader.OlderSpellings[0], tenant, name, problems);
            if (tenant.Text != Wildcard && !TenantId.TryParse(tenant.Text, out _, out var bad))
                problems.Errors.Add(new ConfigProblem(name, tenant.Line, "overrides", bad));
            CheckRules(values, tenant, name, problems);
            entries[tenant.Text] = values;
        }

        // One line for a flat file of a thousand tenants, not one for each of its keys.
        problems.Warnings.RemoveAll(warning => warning.Message.StartsWith("older key", StringComparison.Ordinal));
        return problems.Errors.Count > 0
            ? new TenantOverridesResult(TenantOverridesSnapshot.Empty(options.Defaults), problems)
            : new TenantOverridesResult(Merge(entries, options), problems);
    }

    private static IEnumerable<KeyValuePair<YamlScalar, YamlNode>> TenantsOf(YamlNode? root, string name, ConfigProblems problems)
    {
        if (root is null or YamlScalar { IsNull: true })
            return [];
        if (root is not YamlMap file)
        {
            problems.Errors.Add(new ConfigProblem(name, root.Line, "", "expected a map with the key overrides"));
            return [];
        }

        foreach (var (key, _) in file.Entries.Where(entry => entry.Key.Text != "overrides"))
            problems.Errors.Add(new ConfigProblem(name, key.Line, key.Text, "unknown key; tenants belong under overrides"));
        switch (file.Entries.FirstOrDefault(entry => entry.Key.Text == "overrides").Value)
        {
            case YamlMap tenants:
                return tenants.Entries;
            case null or YamlScalar { IsNull: true }:
                return [];
            case var other:
                problems.Errors.Add(new ConfigProblem(name, other.Line, "overrides", "expected a map of tenants"));
                return [];
        }
    }

    private static void CheckOneFormat(
        ConfigValues values, ConfigReader.OlderSpelling flat, YamlScalar tenant, string name, ConfigProblems problems)
    {
        if (values.SectionsUnder("").Any())
        {
            problems.Errors.Add(new ConfigProblem(
                name, flat.Line, $"overrides.{tenant.Text}.{flat.Path}", $"flat and nested limits cannot be mixed; write {flat.Preferred}"));
        }
    }

    /// <summary>Against the standard limits, which break no rule: what is wrong is the entry's own.</summary>
    private static void CheckRules(ConfigValues values, YamlScalar tenant, string name, ConfigProblems problems)
    {
        foreach (var (key, message) in TenantLimitRules.Broken(TenantLimitKeys.Apply(TenantLimits.Default, values, path: "")))
            problems.Errors.Add(new ConfigProblem(name, values.Origin(key).Line is > 0 and var line ? line : tenant.Line, $"overrides.{tenant.Text}.{key}", message));
    }

    private static TenantOverridesSnapshot Merge(Dictionary<string, ConfigValues> entries, OverridesOptions options)
    {
        var everyone = entries.TryGetValue(Wildcard, out var wildcard) ? Apply(options.Defaults, wildcard) : options.Defaults;
        var tenants = entries
            .Where(entry => entry.Key != Wildcard)
            .ToFrozenDictionary(entry => TenantId.Parse(entry.Key), entry => Apply(everyone, entry.Value));
        return new TenantOverridesSnapshot(tenants, everyone, entries);

        // The strategy is one for the whole process, whatever an entry says.
        TenantLimits Apply(TenantLimits below, ConfigValues values) =>
            TenantLimitKeys.Apply(options.MergeUnset ? below : Zero, values, path: "") with { RateStrategy = options.Defaults.RateStrategy };
    }
}
