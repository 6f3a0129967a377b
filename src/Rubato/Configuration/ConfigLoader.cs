using Rubato.Configuration.Options;
using Rubato.Configuration.Schema;
using Rubato.Configuration.Yaml;
using Rubato.Model.Tenants;
using Rubato.Overrides;

namespace Rubato.Configuration;

/// <summary>
/// Defaults, then the file, then flags; all mistakes at once.
/// </summary>
/// <remarks>
/// <code>
///  file ── variables ── YAML nodes ──┐
///                                    ├── ConfigReader along the schema ── ConfigValues ── options ── ConfigValidator
///  flags ────────────────────────────┘
/// </code>
/// </remarks>
internal static class ConfigLoader
{
    /// <summary>Loads a file alone, as <c>rubato config check</c> does.</summary>
    public static ConfigResult Load(string? path, Func<string, string?> environment) => Load(new ConfigSource { Path = path }, environment);

    public static ConfigResult Load(ConfigSource source, Func<string, string?> environment)
    {
        var problems = new ConfigProblems();
        var text = new ConfigText(source.ExpansionMode, environment);
        var defaultAddress = environment(DefaultAddresses.EnvironmentVariable) is { Length: > 0 } address ? address : DefaultAddresses.Loopback;
        var schema = ConfigSchema.Create(defaultAddress);
        var values = new ConfigValues();

        if (source.Text is not null)
            ReadFile(text.Read(source.Text, source.Path ?? "config", problems.Errors), source.Path ?? "config");
        else if (!string.IsNullOrEmpty(source.Path))
            ReadFile(text.ReadFile(source.Path, problems.Errors), source.Path);
        foreach (var setting in source.Settings)
            ApplyFlag(setting, schema, values, problems);

        UseDefaultForEmptyAddress(values);
        var config = Bind(values, defaultAddress, problems);
        ConfigValidator.Validate(config, values, problems);
        return new ConfigResult(config, values, schema, problems) { Text = text };

        void ReadFile(YamlNode? node, string name)
        {
            values.File = name;
            var reader = new ConfigReader(schema, name, prefix: "", source.IsStrict, values, problems);
            reader.Read(node);
            CheckOneFormat(reader, values, name, problems);
        }
    }

    private static void ApplyFlag(ConfigSetting setting, SchemaSection schema, ConfigValues values, ConfigProblems problems)
    {
        var key = (SchemaValue)schema.Find(setting.Path)!;
        if (ValueReader.TryRead(key, setting.Value, out var value, out var error))
        {
            values.Set(setting.Path, value, $"flag {setting.Flag}", 0);
            if (!key.HasEffect)
                problems.Warnings.Add(new ConfigProblem($"flag {setting.Flag}", 0, setting.Path, "is accepted but has no effect yet"));
        }
        else
            problems.Errors.Add(new ConfigProblem($"flag {setting.Flag}", 0, "", error));
    }

    /// <summary>Tempo reads a file wholly in one format; a mixture there and here is a mistake.</summary>
    private static void CheckOneFormat(ConfigReader reader, ConfigValues values, string name, ConfigProblems problems)
    {
        if (!values.HasSection(ConfigSchema.OverridesDefaults))
            return;

        foreach (var flat in reader.OlderSpellings.Where(older => older.Path.StartsWith("overrides.", StringComparison.Ordinal)))
            problems.Errors.Add(new ConfigProblem(name, flat.Line, flat.Path, $"flat and nested limits cannot be mixed; write {flat.Preferred}"));
    }

    /// <summary>Many templates write <c>http_listen_address: ""</c>; that must not open a port to the world.</summary>
    private static void UseDefaultForEmptyAddress(ConfigValues values)
    {
        foreach (var path in new[] { "server.http_listen_address", "server.grpc_listen_address" })
        {
            if (values.TryGet(path, out var value) && value is "")
                values.Remove(path);
        }
    }

    private static RubatoConfig Bind(ConfigValues values, string defaultAddress, ConfigProblems problems)
    {
        AddProcessorsFromEnabledKeys(values);
        var config = new RubatoConfig { Server = new ServerOptions { HttpListenAddress = defaultAddress, GrpcListenAddress = defaultAddress } };
        OptionsBinder.Bind(config, values, path: "");
        if (values.TryGet("cache.caches", out var caches))
        {
            foreach (var (i, named) in ((List<ConfigValues>)caches).Index())
                config.Cache.Caches[i].IsRedis = named.HasSection("redis");
        }

        config.Overrides.Defaults = TenantLimitKeys.Apply(TenantLimits.Default, values, ConfigSchema.OverridesDefaults);
        ReceiverBinder.Bind(config.Distributor, values, defaultAddress, problems);
        config.Generator = GeneratorBinder.Bind(values, problems);
        return config;
    }

    /// <summary>
    /// <c>metrics_generator.processor.x.enabled</c>, which Tempo never had, stands for a name in the list of processors;
    /// a list that somebody wrote wins.
    /// </summary>
    private static void AddProcessorsFromEnabledKeys(ConfigValues values)
    {
        const string list = ConfigSchema.OverridesDefaults + ".metrics_generator.processors";
        if (values.Contains(list))
            return;

        var processors = new List<string>();
        foreach (var (section, processor) in new[] { ("service_graphs", "service-graphs"), ("span_metrics", "span-metrics") })
        {
            if (values.TryGet($"metrics_generator.processor.{section}.enabled", out var enabled) && (bool)enabled)
                processors.Add(processor);
        }

        if (processors.Count > 0)
            values.Set(list, processors.ToArray(), "", 0);
    }
}
