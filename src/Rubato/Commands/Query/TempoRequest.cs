using System.Text;

namespace Rubato.Commands.Query;

/// <summary>A question to the HTTP API.</summary>
/// <param name="Path">Already percent-encoded, without a leading slash.</param>
/// <param name="TraceQL">The query that errors point into; null when the question has none.</param>
/// <param name="NotFound">What a 404 with an empty body means here.</param>
internal sealed record TempoRequest(string Path, List<(string Name, string Value)> Parameters, string? TraceQL = null, string? NotFound = null)
{
    public string PathAndQuery()
    {
        var text = new StringBuilder(Path);
        foreach ((string name, string value) in Parameters)
        {
            text.Append(text.Length == Path.Length ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return text.ToString();
    }
}
