using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Rubato.Client;

/// <summary>
/// Reads a section of a configuration into the options. By hand instead of by the binder: safe when trimmed, durations as people write them
/// (<c>5s</c>, <c>500ms</c>), and a mistake or an unknown key is noted with its full key instead of thrown, so that all are reported at once.
/// </summary>
internal static class TracingConfiguration
{
    private static readonly string[] Names =
    [
        nameof(RubatoTracingOptions.Endpoint), nameof(RubatoTracingOptions.ServiceName), nameof(RubatoTracingOptions.ServiceVersion), nameof(RubatoTracingOptions.Environment),
        nameof(RubatoTracingOptions.SamplingRate), nameof(RubatoTracingOptions.MaxQueueSize), nameof(RubatoTracingOptions.MaxExportBatchSize),
        nameof(RubatoTracingOptions.BatchTimeout), nameof(RubatoTracingOptions.ExportTimeout), nameof(RubatoTracingOptions.ConnectTimeout), nameof(RubatoTracingOptions.Insecure),
        nameof(RubatoTracingOptions.Retry), nameof(RubatoTracingOptions.VerifyConnection), nameof(RubatoTracingOptions.LogExports), nameof(RubatoTracingOptions.Tenant),
        nameof(RubatoTracingOptions.Sources), nameof(RubatoTracingOptions.Headers), nameof(RubatoTracingOptions.ResourceAttributes),
    ];

    public static void Bind(IConfiguration section, RubatoTracingOptions options)
    {
        foreach (IConfigurationSection entry in section.GetChildren())
        {
            Bind(entry, options);
        }
    }

    private static void Bind(IConfigurationSection entry, RubatoTracingOptions options)
    {
        string value = entry.Value ?? "";
        switch (Names.FirstOrDefault(name => name.Equals(entry.Key, StringComparison.OrdinalIgnoreCase)))
        {
            case nameof(options.Sources):
                foreach (IConfigurationSection source in entry.GetChildren())
                {
                    options.Sources.Add(source.Value ?? "");
                }

                break;
            case nameof(options.Headers):
                CopyTo(entry, options.Headers);
                break;
            case nameof(options.ResourceAttributes):
                CopyTo(entry, options.ResourceAttributes);
                break;
            case null:
                options.BindingErrors.Add($"{entry.Path} is not an option; known are {string.Join(", ", Names)}");
                break;
            case { } when value.Length == 0:
                // Left empty: the default.
                break;
            case nameof(options.Endpoint):
                options.Endpoint = value;
                break;
            case nameof(options.ServiceName):
                options.ServiceName = value;
                break;
            case nameof(options.ServiceVersion):
                options.ServiceVersion = value;
                break;
            case nameof(options.Environment):
                options.Environment = value;
                break;
            case nameof(options.Tenant):
                options.Tenant = value;
                break;
            case nameof(options.SamplingRate):
                options.SamplingRate = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) ? rate : Wrong(entry, "a number such as 0.1", options, 1.0);
                break;
            case nameof(options.MaxQueueSize):
                options.MaxQueueSize = Number(entry, options);
                break;
            case nameof(options.MaxExportBatchSize):
                options.MaxExportBatchSize = Number(entry, options);
                break;
            case nameof(options.BatchTimeout):
                options.BatchTimeout = Duration(entry, options);
                break;
            case nameof(options.ExportTimeout):
                options.ExportTimeout = Duration(entry, options);
                break;
            case nameof(options.ConnectTimeout):
                options.ConnectTimeout = Duration(entry, options);
                break;
            case nameof(options.Insecure):
                options.Insecure = Flag(entry, options, unset: true);
                break;
            case nameof(options.Retry):
                options.Retry = Flag(entry, options, unset: true);
                break;
            case nameof(options.VerifyConnection):
                options.VerifyConnection = Flag(entry, options, unset: false);
                break;
            case nameof(options.LogExports):
                options.LogExports = Flag(entry, options, unset: false);
                break;
        }
    }

    private static int Number(IConfigurationSection entry, RubatoTracingOptions options) =>
        int.TryParse(entry.Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) ? number : Wrong(entry, "a whole number", options, 0);

    private static bool Flag(IConfigurationSection entry, RubatoTracingOptions options, bool unset) =>
        bool.TryParse(entry.Value, out bool flag) ? flag : Wrong(entry, "true or false", options, unset);

    private static TimeSpan Duration(IConfigurationSection entry, RubatoTracingOptions options) =>
        TryParseDuration(entry.Value!, out TimeSpan duration) ? duration : Wrong(entry, "a duration such as 5s, 500ms, 1m or 00:00:05", options, TimeSpan.Zero);

    /// <summary>A number with ms, s, m or h behind it, or .NET's own form with colons. A bare number is neither: nobody can tell its unit.</summary>
    internal static bool TryParseDuration(string text, out TimeSpan duration)
    {
        duration = default;
        ReadOnlySpan<char> trimmed = text.AsSpan().Trim();
        if (trimmed is "0")
        {
            return true;
        }

        if (trimmed.Contains(':'))
        {
            return TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out duration);
        }

        (int length, double millis) = trimmed switch
        {
            _ when trimmed.EndsWith("ms", StringComparison.Ordinal) => (2, 1.0),
            _ when trimmed.EndsWith("s", StringComparison.Ordinal) => (1, 1_000.0),
            _ when trimmed.EndsWith("m", StringComparison.Ordinal) => (1, 60_000.0),
            _ when trimmed.EndsWith("h", StringComparison.Ordinal) => (1, 3_600_000.0),
            _ => (0, 0.0),
        };
        if (length == 0 || !double.TryParse(trimmed[..^length], NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !(Math.Abs(number * millis) < 1e12))
        {
            return false;
        }

        duration = TimeSpan.FromMilliseconds(number * millis);
        return true;
    }

    private static void CopyTo(IConfigurationSection entry, IDictionary<string, string> target)
    {
        // The configuration splits keys at colons; names of headers and attributes have none.
        foreach (IConfigurationSection child in entry.GetChildren())
        {
            target[child.Key] = child.Value ?? "";
        }
    }

    private static T Wrong<T>(IConfigurationSection entry, string expected, RubatoTracingOptions options, T unset)
    {
        options.BindingErrors.Add($"{entry.Path} is '{entry.Value}'; expected {expected}");
        return unset;
    }
}
