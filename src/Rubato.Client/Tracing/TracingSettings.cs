using System.Globalization;

namespace Rubato.Client;

/// <summary>The options, checked and with every default filled in: parsed once, then only read.</summary>
internal sealed record TracingSettings
{
    private const int MostQueued = 1_000_000;
    private static readonly TimeSpan LongestTime = TimeSpan.FromHours(1);

    public required Uri Endpoint { get; init; }
    public required string ServiceName { get; init; }
    public required string ServiceVersion { get; init; }
    public required string Environment { get; init; }
    public required int MaxQueueSize { get; init; }
    public required int MaxExportBatchSize { get; init; }
    public required TimeSpan BatchTimeout { get; init; }
    public required TimeSpan ExportTimeout { get; init; }
    public required TimeSpan ConnectTimeout { get; init; }

    /// <summary>Throws one <see cref="RubatoTracingException"/> that names every mistake.</summary>
    public static TracingSettings Parse(RubatoTracingOptions options)
    {
        TracingSettings settings = Parse(options, out List<string> errors);
        return errors.Count == 0 ? settings : throw new RubatoTracingException("the options of Rubato tracing have mistakes:\n  " + string.Join("\n  ", errors));
    }

    public static TracingSettings Parse(RubatoTracingOptions options, out List<string> errors)
    {
        errors = [.. options.BindingErrors];
        Uri endpoint = ParseEndpoint(options, errors);
        int queue = Size(nameof(options.MaxQueueSize), options.MaxQueueSize, TracingDefaults.MaxQueueSize, MostQueued, errors);
        int batch = Size(nameof(options.MaxExportBatchSize), options.MaxExportBatchSize, Math.Min(TracingDefaults.MaxExportBatchSize, queue), queue, errors);
        if (double.IsNaN(options.SamplingRate))
        {
            errors.Add($"{nameof(options.SamplingRate)} is not a number; expected 0 (none) to 1 (all)");
        }

        foreach (string header in options.Headers.Keys.Append(options.Tenant.Length > 0 ? "X-Scope-OrgID" : "X"))
        {
            if (header.Length == 0 || header.AsSpan().IndexOfAny(" \t\r\n:") >= 0)
            {
                errors.Add($"{nameof(options.Headers)} has the name '{header}', which is no header's");
            }
        }

        if (options.Headers.Values.Append(options.Tenant).Any(static value => value.AsSpan().IndexOfAny('\r', '\n') >= 0))
        {
            errors.Add($"{nameof(options.Headers)} or {nameof(options.Tenant)} has a line break in a value");
        }

        return new TracingSettings
        {
            Endpoint = endpoint,
            ServiceName = Text(options.ServiceName, TracingDefaults.ServiceName),
            ServiceVersion = Text(options.ServiceVersion, TracingDefaults.ServiceVersion),
            Environment = Text(options.Environment, TracingDefaults.Environment),
            MaxQueueSize = queue,
            MaxExportBatchSize = batch,
            BatchTimeout = Time(nameof(options.BatchTimeout), options.BatchTimeout, TracingDefaults.BatchTimeout, errors),
            ExportTimeout = Time(nameof(options.ExportTimeout), options.ExportTimeout, TracingDefaults.ExportTimeout, errors),
            ConnectTimeout = Time(nameof(options.ConnectTimeout), options.ConnectTimeout, TracingDefaults.ConnectTimeout, errors),
        };
    }

    private static Uri ParseEndpoint(RubatoTracingOptions options, List<string> errors)
    {
        string text = Text(options.Endpoint, TracingDefaults.Endpoint).Trim();
        bool hasScheme = text.Contains("://", StringComparison.Ordinal);
        string full = hasScheme ? text : (options.Insecure ? "http://" : "https://") + text;
        if (!Uri.TryCreate(full, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https") || uri.Host.Length == 0)
        {
            errors.Add($"{nameof(options.Endpoint)} is '{text}'; expected http://host:port, https://host:port or host:port, such as {TracingDefaults.Endpoint}");
            return new Uri(TracingDefaults.Endpoint);
        }

        if (uri.UserInfo.Length > 0 || uri.AbsolutePath != "/" || uri.Query.Length > 0)
        {
            errors.Add($"{nameof(options.Endpoint)} is more than a scheme, a host and a port; gRPC has its own path, and credentials belong into {nameof(options.Headers)}");
        }

        if (hasScheme && uri.Scheme == "http" && !options.Insecure)
        {
            errors.Add($"{nameof(options.Endpoint)} is '{text}', but {nameof(options.Insecure)} is false; write https://, or set {nameof(options.Insecure)} to true");
        }

        // gRPC's own port where the text names none: 80 and 443 are never meant.
        return uri.IsDefaultPort && !text.EndsWith(":80", StringComparison.Ordinal) && !text.EndsWith(":443", StringComparison.Ordinal)
            ? new UriBuilder(uri) { Port = 4317 }.Uri
            : uri;
    }

    private static string Text(string? value, string unset) => string.IsNullOrWhiteSpace(value) ? unset : value;

    private static int Size(string name, int value, int unset, int most, List<string> errors)
    {
        if (value >= 0 && value <= most)
        {
            return value == 0 ? unset : value;
        }

        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; expected 1 to {most}, or 0 for the default"));
        return unset;
    }

    private static TimeSpan Time(string name, TimeSpan value, TimeSpan unset, List<string> errors)
    {
        if (value == TimeSpan.Zero)
        {
            return unset;
        }

        if (value >= TimeSpan.FromMilliseconds(1) && value <= LongestTime)
        {
            return value;
        }

        errors.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; expected 1 ms to 1 hour, or 0 for the default"));
        return unset;
    }
}
