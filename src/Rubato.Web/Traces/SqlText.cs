namespace Rubato.Web.Traces;

/// <summary>
/// Statements of a database in lines, one for each clause, so that they can be read in a narrow panel. Only white space changes: what stands in quotes stays as it is, and a
/// text that is no SQL is one line.
/// </summary>
public static class SqlText
{
    private const int LongestText = 20_000;
    private static readonly HashSet<string> Clauses = new(StringComparer.OrdinalIgnoreCase)
    {
        "SELECT", "FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION", "INTERSECT", "EXCEPT", "VALUES", "SET", "RETURNING", "JOIN", "LEFT", "RIGHT", "INNER", "FULL", "CROSS",
        "INSERT", "UPDATE", "DELETE", "MERGE", "WITH", "AND", "OR",
    };

    // A clause of several words begins with its first: LEFT OUTER JOIN, DELETE FROM, FOR UPDATE.
    private static readonly HashSet<string> Openers = new(StringComparer.OrdinalIgnoreCase) { "LEFT", "RIGHT", "INNER", "FULL", "CROSS", "OUTER", "DELETE", "FOR", "UNION", "BETWEEN" };

    /// <summary>The text in lines; conditions of a clause are indented. One line where there is nothing to break.</summary>
    public static IReadOnlyList<string> Lines(string text)
    {
        if (text.Length is 0 or > LongestText || text.Contains('\n')) return [text];
        var lines = new List<string>();
        var (start, before) = (0, "");
        for (var at = 0; at < text.Length;)
        {
            if (text[at] is '\'' or '"' or '`')
            {
                var end = text.IndexOf(text[at], at + 1);
                if (end < 0) break;
                at = end + 1;
                continue;
            }

            if (!char.IsAsciiLetter(text[at]))
            {
                at++;
                continue;
            }

            var word = WordAt(text, at);
            if (at > start && at > 0 && char.IsWhiteSpace(text[at - 1]) && Clauses.Contains(word) && !Openers.Contains(before))
            {
                Add(text[start..at]);
                start = at;
            }

            (at, before) = (at + word.Length, word);
        }

        Add(text[start..]);
        return lines;

        void Add(string line)
        {
            line = line.Trim();
            if (line.Length > 0) lines.Add(line.StartsWith("AND ", StringComparison.OrdinalIgnoreCase) || line.StartsWith("OR ", StringComparison.OrdinalIgnoreCase) ? "  " + line : line);
        }
    }

    private static string WordAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        return text[at..end];
    }
}
