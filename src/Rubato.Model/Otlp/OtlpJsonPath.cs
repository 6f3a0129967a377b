using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Rubato.Model.Otlp;

/// <summary>Names a place in a document. Only made for errors, so nothing is kept while reading: the document is read again up to there.</summary>
internal static class OtlpJsonPath
{
    private const int MaxNameLength = 64;

    /// <summary>For example <c>resourceSpans[0].scopeSpans[1].spans[7].kind</c>; <c>$</c> for the document itself.</summary>
    public static string At(ReadOnlySpan<byte> json, long position, int maxDepth)
    {
        var levels = new Stack<(string Name, int Index)>();
        var (name, index) = ("", -1);
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    if (reader.TokenStartIndex >= position) break;
                    (name, index) = levels.Pop();
                    continue;
                }

                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    var text = Encoding.UTF8.GetString(reader.ValueSpan);
                    name = text.Length > MaxNameLength ? text[..MaxNameLength] : text;
                }
                else if (index >= 0)
                {
                    index++;
                }

                if (reader.TokenStartIndex >= position) break;
                if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray)) continue;
                levels.Push((name, index));
                // Counted up by each element, so the first is 1; shown less one.
                (name, index) = ("", reader.TokenType == JsonTokenType.StartArray ? 0 : -1);
            }
        }
        catch (JsonException)
        {
            // Broken behind the place: the path so far is right.
        }

        var path = new StringBuilder();
        foreach (var (n, i) in levels.Reverse().Append((name, index)))
        {
            if (n.Length > 0) path.Append(path.Length == 0 ? "" : ".").Append(n);
            if (i > 0) path.Append(CultureInfo.InvariantCulture, $"[{i - 1}]");
        }

        return path.Length == 0 ? "$" : path.ToString();
    }
}
