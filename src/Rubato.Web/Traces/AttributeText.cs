using System.Text;
using System.Text.Json;
using Rubato.Model.Spans;

namespace Rubato.Web.Traces;

/// <summary>Attribute values as people read them and as TraceQL writes them. Values are hostile input: only text leaves here.</summary>
public static class AttributeText
{
    private const int FoldedFrom = 200;
    private const int MostShown = 100_000;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Of(AttributeValue value) => value.Kind switch
    {
        AttributeKind.String => value.AsString,
        _ => value.ToString() ?? "",
    };

    public static bool IsLong(string text) => text.Length > FoldedFrom || text.AsSpan().Count('\n') > 3;

    public static string Beginning(string text)
    {
        var line = text.AsSpan(0, Math.Min(text.Length, 80));
        var end = line.IndexOfAny('\r', '\n');
        return (end < 0 ? line : line[..end]).ToString();
    }

    /// <summary>What a database was asked, by OpenTelemetry's names, old and new.</summary>
    public static bool IsSql(string key) => key is "db.query.text" or "db.statement";

    public static bool IsStackTrace(string key) => key == "exception.stacktrace";

    /// <summary>JSON is indented; what is longer than anybody reads is cut, and says so.</summary>
    public static string Shown(string text)
    {
        if (text.Length > MostShown) return Cut(text);
        if (text.Length == 0 || text[0] is not ('{' or '[')) return text;
        try
        {
            using var json = JsonDocument.Parse(text);
            return JsonSerializer.Serialize(json.RootElement, Indented);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    /// <summary>As much as anybody reads.</summary>
    public static string Cut(string text) =>
        text.Length <= MostShown ? text : text[..MostShown] + $"\n… {text.Length - MostShown:N0} more characters: copy the value to have them all";

    public static bool CanFilter(AttributeValue value) => value.Kind is AttributeKind.String or AttributeKind.Int or AttributeKind.Bool or AttributeKind.Double
        && (value.Kind != AttributeKind.String || value.AsString.Length <= 1000);

    /// <summary><c>span.http.method = "GET"</c></summary>
    public static string Condition(string scope, string key, AttributeValue value, string comparison = "=") =>
        $"{scope}.{Key(key)} {comparison} {(value.Kind == AttributeKind.String ? Quoted(value.AsString) : value.ToString())}";

    /// <summary>A name as TraceQL wants it: quoted where it has to be.</summary>
    public static string Key(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/') ? key : Quoted(key);

    /// <summary>A text as TraceQL writes it.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in text)
        {
            quoted.Append(c switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => c.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
