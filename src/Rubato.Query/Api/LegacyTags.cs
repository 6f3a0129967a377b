using System.Text;

namespace Rubato.Query.Api;

/// <summary>Reads the <c>tags</c> parameter of legacy search: logfmt, <c>k=v k2="v 2"</c> (spec/http-api.md 4).</summary>
internal static class LegacyTags
{
    public static List<KeyValuePair<string, string>> Parse(string text)
    {
        var tags = new List<KeyValuePair<string, string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var i = 0;
        while (true)
        {
            while (i < text.Length && text[i] <= ' ') i++;
            if (i == text.Length) return tags;
            var keyStart = i;
            while (i < text.Length && text[i] > ' ' && text[i] != '=' && text[i] != '"') i++;
            if (i == keyStart || (i < text.Length && text[i] == '"')) throw Unexpected(text, i);
            var key = text[keyStart..i];
            var value = "";
            if (i < text.Length && text[i] == '=')
            {
                i++;
                if (i < text.Length && text[i] == '"') value = Quoted(text, ref i);
                else
                {
                    var start = i;
                    while (i < text.Length && text[i] > ' ')
                    {
                        if (text[i] is '"' or '=') throw Unexpected(text, i);
                        i++;
                    }

                    value = text[start..i];
                }
            }

            if (!seen.Add(key)) throw ApiException.BadRequest($"invalid tags: tag {key} has been set twice");
            tags.Add(new(key, value));
        }
    }

    private static string Quoted(string text, ref int i)
    {
        var begin = i++;
        var value = new StringBuilder();
        while (i < text.Length && text[i] != '"')
        {
            if (text[i] == '\\' && i + 1 < text.Length)
            {
                i++;
                value.Append(text[i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var c => c });
            }
            else
            {
                value.Append(text[i]);
            }

            i++;
        }

        if (i == text.Length) throw ApiException.BadRequest($"invalid tags: unterminated quoted value at pos {begin + 1}");
        i++;
        if (i < text.Length && text[i] > ' ') throw Unexpected(text, i);
        return value.ToString();
    }

    private static ApiException Unexpected(string text, int at) => at < text.Length
        ? ApiException.BadRequest($"invalid tags: unexpected '{text[at]}' at pos {at + 1}")
        : ApiException.BadRequest($"invalid tags: unexpected end at pos {at + 1}");
}
