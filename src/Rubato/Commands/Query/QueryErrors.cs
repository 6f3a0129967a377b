using System.Globalization;
using System.Text.RegularExpressions;

namespace Rubato.Commands.Query;

/// <summary>Turns an error answer into what a person at a terminal needs: the server's text, and a caret under the place that it names.</summary>
internal static partial class QueryErrors
{
    private const int MaxText = 2_000;

    public static string Describe(TempoRequest request, int status, string body)
    {
        body = body.Trim();
        body = body.Length > MaxText ? body[..MaxText] + "…" : body;
        if (status == 404 && body.Length == 0)
        {
            return request.NotFound ?? $"not found: {request.Path}";
        }

        // Behind the sentence: below it may stand the line of the query, and carets.
        int end = body.IndexOf('\n', StringComparison.Ordinal) is >= 0 and var at ? at : body.Length;
        string text = body.Length == 0
            ? $"the server answered {status} without saying why"
            : string.Create(CultureInfo.InvariantCulture, $"{body[..end]} (HTTP {status}){body[end..]}");
        return Caret(request.TraceQL, body) is { } caret ? $"{text}\n{caret}" : text;
    }

    // "parse error at line 1, col 3: ...": both count from one. A server that draws the caret itself is left alone.
    private static string? Caret(string? query, string body)
    {
        Match place = Position().Match(body);
        if (query is null || !place.Success || body.Contains('^', StringComparison.Ordinal))
        {
            return null;
        }

        string[] lines = query.Split('\n');
        return int.TryParse(place.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out int line) && line >= 1 && line <= lines.Length
            && int.TryParse(place.Groups[2].ValueSpan, CultureInfo.InvariantCulture, out int column) && column >= 1 && column <= lines[line - 1].Length + 1
            ? $"  {lines[line - 1].Replace('\t', ' ').TrimEnd('\r')}\n  {new string(' ', column - 1)}^"
            : null;
    }

    [GeneratedRegex(@"line (\d{1,9}), col(?:umn)? (\d{1,9})")]
    private static partial Regex Position();
}
