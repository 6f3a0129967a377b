using System.Net;

namespace Rubato.Storage.ObjectStores.Azure;

/// <summary>The URL of a container: the account in the host's name, or in the path of an emulator.</summary>
internal static class AzureEndpoint
{
    /// <param name="suffix"><c>blob.core.windows.net</c>, or an emulator's host:port, with or without scheme.</param>
    public static Uri? Container(string account, string suffix, string container, out string error)
    {
        error = "";
        var host = suffix.Trim().TrimEnd('/');
        var scheme = "";
        if (host.IndexOf("://", StringComparison.Ordinal) is var at and >= 0)
        {
            scheme = host[..at];
            host = host[(at + 3)..];
        }

        var text = IsEmulator(host)
            ? $"{(scheme.Length > 0 ? scheme : "http")}://{host}/{account}/{container}"
            : $"{(scheme.Length > 0 ? scheme : "https")}://{account}.{host}/{container}";
        if (host.Length > 0 && !host.Contains('/') && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;
        error = $"'{suffix}' is not an endpoint suffix; expected a domain such as blob.core.windows.net, or host:port of an emulator";
        return null;
    }

    private static bool IsEmulator(string host) =>
        host.Contains(':') || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || IPAddress.TryParse(host, out _);
}
