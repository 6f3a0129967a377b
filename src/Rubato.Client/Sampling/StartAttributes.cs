using System.Globalization;

namespace Rubato.Client;

/// <summary>What a span's attributes say when it starts. Earlier and present names of OpenTelemetry's conventions.</summary>
internal static class StartAttributes
{
    private const int FirstErrorStatus = 400;

    public static bool SayError(IEnumerable<KeyValuePair<string, object?>>? tags)
    {
        foreach ((string key, object? value) in tags ?? [])
        {
            switch (key)
            {
                case "error" when value is true or "true":
                case HttpAttributes.StatusCode or HttpAttributes.ResponseStatusCode when Number(value) >= FirstErrorStatus:
                    return true;
            }
        }

        return false;
    }

    /// <summary>The path that a request asks for: http.target, url.path, or the path of http.url or url.full; null where none is there.</summary>
    public static string? Path(IEnumerable<KeyValuePair<string, object?>>? tags)
    {
        foreach ((string key, object? value) in tags ?? [])
        {
            if (value is not string text)
            {
                continue;
            }

            if (key is HttpAttributes.Target or HttpAttributes.UrlPath)
            {
                return text;
            }

            if (key is HttpAttributes.Url or HttpAttributes.UrlFull)
            {
                return text.StartsWith('/') ? text : Uri.TryCreate(text, UriKind.Absolute, out Uri? url) ? url.AbsolutePath : null;
            }
        }

        return null;
    }

    private static long Number(object? value) => value switch
    {
        int number => number,
        long number => number,
        string text when long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) => number,
        _ => 0,
    };
}
