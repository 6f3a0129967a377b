using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Rubato.Configuration.Schema;

namespace Rubato.Configuration;

/// <summary>The text of <c>/status/config</c>: YAML that begins with <c>---</c>, secrets hidden.</summary>
internal sealed partial class ConfigPrinter(SchemaSection schema, ConfigValues values)
{
    private const string Mask = "********";

    /// <summary>In quotes, since a star begins an alias in YAML.</summary>
    private const string Hidden = "\"" + Mask + "\"";

    /// <summary>What is in force.</summary>
    public string Effective() => Print(InForce);

    /// <summary>Only what differs from the defaults.</summary>
    public string Diff() => Print(Changed);

    public string Defaults() => new ConfigPrinter(schema, new ConfigValues()).Effective();

    /// <summary>The answer to <c>?mode=</c>; null for a mode that does not exist.</summary>
    public string? ForMode(string? mode) => mode switch
    {
        null or "" => Effective(),
        "diff" => Diff(),
        "defaults" => Defaults(),
        _ => null,
    };

    /// <summary>The text of <c>/status/runtime_config</c>: limits of everybody, then what each tenant's entry says.</summary>
    public string Runtime(IReadOnlyDictionary<string, ConfigValues> entries, bool onlyChanged)
    {
        var limits = schema.Section(ConfigSchema.OverridesDefaults);
        var text = new StringBuilder("---\n");
        var before = text.Append("defaults:\n").Length;
        if (!PrintSection(text, limits, values, ConfigSchema.OverridesDefaults, 2, onlyChanged ? Changed : InForce))
            text.Insert(before - 1, " {}");
        text.Append("overrides:");
        text.Append(entries.Count == 0 ? " {}\n" : "\n");
        foreach (var (tenant, entry) in entries.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            Indent(text, 2).Append(Quote(tenant)).Append(':');
            before = text.Append('\n').Length;
            if (!PrintSection(text, limits, entry, "", 4, static (set, _) => set))
                text.Insert(before - 1, " {}");
        }

        return text.ToString();
    }

    private static object? InForce(object? set, object? standard) => set ?? standard;

    private static object? Changed(object? set, object? standard) => set is null || Same(set, standard) ? null : set;

    private string Print(Func<object?, object?, object?> choose)
    {
        var text = new StringBuilder("---\n");
        if (!PrintSection(text, schema, values, "", 0, choose))
            text.Append("{}\n");
        return text.ToString();
    }

    private static bool PrintSection(
        StringBuilder text, SchemaSection section, ConfigValues values, string path, int indent, Func<object?, object?, object?> choose)
    {
        var start = text.Length;
        foreach (var key in section.HasNamedChildren ? values.SectionsUnder(path) : section.Keys)
        {
            section.TryGet(key, out var child);
            var childPath = ConfigValues.Join(path, key);
            if (child is SchemaSection { IsHidden: false } inner)
            {
                var before = text.Length;
                Indent(text, indent).Append(Quote(key)).Append(":\n");
                if (!PrintSection(text, inner, values, childPath, indent + 2, choose))
                    text.Length = before;
            }
            else if (child is SchemaValue { Prefer: null } value)
            {
                values.TryGet(childPath, out var set);
                if (choose(set, value.Default) is { } chosen)
                    PrintValue(Indent(text, indent).Append(key).Append(':'), value, chosen, indent);
            }
        }

        return text.Length > start;
    }

    private static void PrintValue(StringBuilder text, SchemaValue schema, object value, int indent)
    {
        switch (value)
        {
            case List<ConfigValues> { Count: > 0 } list:
                text.Append('\n');
                foreach (var item in list)
                    PrintItem(text, schema.Element!, item, indent);
                break;
            case string[] { Length: > 0 } list:
                PrintLines(text, list.Select(Shown), indent);
                break;
            case double[] { Length: > 0 } numbers:
                PrintLines(text, numbers.Select(one => one.ToString(CultureInfo.InvariantCulture)), indent);
                break;
            case IReadOnlyDictionary<string, object> { Count: > 0 } map when schema.Kind != ValueKind.Any:
                text.Append('\n');
                foreach (var (key, one) in map)
                    Indent(text, indent + 2).Append(Quote(key)).Append(": ").Append(schema.Kind == ValueKind.SecretMap ? Hidden : Scalar(one)).Append('\n');
                break;
            case List<ConfigValues> or string[] or double[]:
                text.Append(" []\n");
                break;
            case IReadOnlyDictionary<string, object> when schema.Kind != ValueKind.Any:
                text.Append(" {}\n");
                break;
            default:
                // What we do not know the inside of may hold a secret.
                var isSecret = schema.Kind is ValueKind.Secret or ValueKind.Any && value is not "";
                text.Append(' ').Append(isSecret ? Hidden : Scalar(value)).Append('\n');
                break;
        }
    }

    private static void PrintItem(StringBuilder text, SchemaSection element, ConfigValues item, int indent)
    {
        var start = text.Length;
        if (PrintSection(text, element, item, "", indent + 4, static (set, _) => set))
            text[start + indent + 2] = '-';
        else
            Indent(text, indent + 2).Append("- {}\n");
    }

    private static void PrintLines(StringBuilder text, IEnumerable<string> lines, int indent)
    {
        text.Append('\n');
        foreach (var line in lines)
            Indent(text, indent + 2).Append("- ").Append(line).Append('\n');
    }

    private static string Scalar(object value) => value switch
    {
        bool flag => flag ? "true" : "false",
        TimeSpan duration => ConfigDuration.Format(duration),
        string text => Shown(text),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => Shown(value.ToString() ?? ""),
    };

    /// <summary>A password in an address is a secret wherever it stands.</summary>
    private static string Shown(string text) => Quote(PasswordInUrl().Replace(text, "$1:" + Mask + "@"));

    private static string Quote(string text) => NeedsNoQuotes().IsMatch(text) && !ReadsAsOther(text)
        ? text
        : "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal) + "\"";

    private static bool ReadsAsOther(string text) =>
        text is "null" or "Null" or "NULL" or "~" || ConfigNumber.TryParseBoolean(text, out _) || ConfigNumber.TryParseFloat(text, out _)
        || ConfigNumber.TryParseInteger(text, out _);

    private static bool Same(object set, object? standard) => (set, standard) switch
    {
        (string[] a, string[] b) => a.AsSpan().SequenceEqual(b),
        (double[] a, double[] b) => a.AsSpan().SequenceEqual(b),
        (List<ConfigValues> { Count: 0 }, null) => true,
        _ => set.Equals(standard),
    };

    private static StringBuilder Indent(StringBuilder text, int indent) => text.Append(' ', indent);

    [GeneratedRegex(@"^[A-Za-z0-9_./][A-Za-z0-9_./*:@+=-]*(?<!:)$", RegexOptions.CultureInvariant)]
    private static partial Regex NeedsNoQuotes();

    [GeneratedRegex(@"(://[^/@:\s]*):[^/@\s]*@", RegexOptions.CultureInvariant)]
    private static partial Regex PasswordInUrl();
}
