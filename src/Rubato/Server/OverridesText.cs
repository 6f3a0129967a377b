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
        Append(text, "defaults", snapshot.Everyone);
        if (snapshot.Tenants.Count == 0) return text.ToString();
        text.Append("overrides:\n");
        foreach (var (tenant, limits) in snapshot.Tenants.OrderBy(t => t.Key.Value, StringComparer.Ordinal)) Append(text, "  \"" + tenant.Value + "\"", limits);
        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, TenantLimits limits)
    {
        var indent = new string(' ', name.TakeWhile(c => c == ' ').Count() + 2);
        text.Append(name).Append(":\n");
        foreach (var property in typeof(TenantLimits).GetProperties().Where(p => p.Name is not "Default" and not "EqualityContract"))
        {
            var value = property.GetValue(limits);
            var shown = value is IEnumerable<string> list ? "[" + string.Join(", ", list) + "]" : Convert.ToString(value, CultureInfo.InvariantCulture);
            text.Append(indent).Append(Snake(property.Name)).Append(": ").Append(shown).Append('\n');
        }
    }

    private static string Snake(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));
}
