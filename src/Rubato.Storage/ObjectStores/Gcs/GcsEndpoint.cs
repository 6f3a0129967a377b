namespace Rubato.Storage.ObjectStores.Gcs;

/// <summary>Where requests go. Emulators are named in several ways: by URL with or without the API's path, by host and port, by a variable.</summary>
/// <param name="IsEmulator">Named by STORAGE_EMULATOR_HOST: as Google's own clients, without credentials.</param>
internal sealed record GcsEndpoint(Uri Url, bool IsEmulator)
{
    private const string Default = "https://storage.googleapis.com";
    private const string ApiPath = "/storage/v1";

    /// <param name="error">What is wrong with the endpoint.</param>
    public static GcsEndpoint? Parse(GcsStoreOptions options, Func<string, string?> environment, out string error)
    {
        error = "";
        var text = options.Endpoint.Trim();
        var isEmulator = false;
        if (text.Length == 0 && environment("STORAGE_EMULATOR_HOST") is { Length: > 0 } emulator)
        {
            text = emulator;
            isEmulator = true;
        }

        if (text.Length == 0)
            text = Default;
        if (!text.Contains("://", StringComparison.Ordinal))
            text = (options.Insecure || isEmulator ? "http://" : "https://") + text;
        text = text.TrimEnd('/');
        if (text.EndsWith(ApiPath, StringComparison.OrdinalIgnoreCase))
            text = text[..^ApiPath.Length];
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0)
            return new GcsEndpoint(url, isEmulator);
        error = $"'{options.Endpoint}' is not an endpoint; expected a URL such as {Default}, or host:port";
        return null;
    }
}
