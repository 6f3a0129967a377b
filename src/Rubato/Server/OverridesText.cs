using System.Collections;
using System.Globalization;
using System.Text;
using Rubato.Model.Tenants;
using Rubato.Overrides;

namespace Rubato.Server;

/// <summary>The text of <c>/status/runtime_config</c>: the limits in force for everybody and for each tenant that has its own.</summary>
internal static class OverridesText
{
    public static string Of(TenantOverridesSnapshot snapshot)
    {
        var text = new StringBuilder();
        Append(text, "defaults", snapshot.Everyone, 0);
        if (snapshot.Tenants.Count > 0) Append(text, "overrides", snapshot.Tenants);
        return text.ToString();
    }

    /// <summary>The limits of tenants that changed some by the API.</summary>
    public static string Of(IEnumerable<KeyValuePair<TenantId, TenantLimits>> userConfigurable)
    {
        var text = new StringBuilder();
        Append(text, "user_configurable_overrides", userConfigurable);
        return text.ToString();
    }

    /// <summary>The limits of one tenant, without its name.</summary>
    public static string Of(TenantLimits limits)
    {
        var text = new StringBuilder();
        AppendValues(text, limits, 0);
        return text.ToString();
    }

    /// <summary>A tenant's limits by name, such as <c>max_bytes_per_trace</c>, those of sections with dots.</summary>
    public static IReadOnlyDictionary<string, string> Flat(TenantLimits limits)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(limits, "");
        return flat;

        void Add(object section, string prefix)
        {
            foreach (var (property, value) in ValuesOf(section))
            {
                if (value is MetricsGeneratorLimits or ServiceGraphsLimits or SpanMetricsLimits) Add(value, prefix + Snake(property) + ".");
                else if (value is not null) flat[prefix + Snake(property)] = Shown(property, value);
            }
        }
    }

    private static void Append(StringBuilder text, string name, IEnumerable<KeyValuePair<TenantId, TenantLimits>> tenants)
    {
        var before = text.Append(name).Append(":\n").Length;
        foreach (var (tenant, limits) in tenants.OrderBy(t => t.Key)) Append(text, "\"" + tenant.Value + "\"", limits, 2);
        if (text.Length == before) text.Insert(before - 1, " {}");
    }

    private static void Append(StringBuilder text, string name, object section, int indent)
    {
        text.Append(' ', indent).Append(name).Append(":\n");
        AppendValues(text, section, indent + 2);
    }

    private static void AppendValues(StringBuilder text, object section, int indent)
    {
        foreach (var (property, value) in ValuesOf(section))
        {
            if (value is MetricsGeneratorLimits or ServiceGraphsLimits or SpanMetricsLimits)
                Append(text, Snake(property), value, indent);
            else if (value is not null)
                text.Append(' ', indent).Append(Snake(property)).Append(": ").Append(Shown(property, value)).Append('\n');
        }
    }

    private static IEnumerable<(string Property, object? Value)> ValuesOf(object section) => section.GetType().GetProperties()
        .Where(p => p.Name is not "Default" and not "Unset" and not "EqualityContract").Select(p => (p.Name, p.GetValue(section)));

    private static string Shown(string name, object value) => value switch
    {
        // Headers hold passwords.
        IReadOnlyDictionary<string, string> headers when name == nameof(MetricsGeneratorLimits.RemoteWriteHeaders) =>
            "{" + string.Join(", ", headers.Keys.Select(key => key + ": \"********\"")) + "}",
        string text => text.Length == 0 ? "\"\"" : text,
        IEnumerable list => "[" + string.Join(", ", list.Cast<object>().Select(one => Convert.ToString(one, CultureInfo.InvariantCulture))) + "]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
