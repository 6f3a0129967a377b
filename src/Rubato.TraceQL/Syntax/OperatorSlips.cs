using System.Collections.Frozen;

namespace Rubato.TraceQL.Syntax;

/// <summary>Operators of other languages, and what they are called here.</summary>
internal static class OperatorSlips
{
    private const string Signs = "=!<>~&|";

    private static readonly FrozenDictionary<string, string> BySigns = new Dictionary<string, string>
    {
        ["=="] = "=",
        ["==="] = "=",
        ["=>"] = ">=",
        ["=<"] = "<=",
        ["<>"] = "!=",
        ["!=="] = "!=",
        ["=!"] = "!=",
        ["~="] = "=~",
        ["=~="] = "=~",
        ["~!"] = "!~",
        ["&"] = "&&",
        ["|"] = "||",
        ["&&&"] = "&&",
        ["|||"] = "||",
        ["~"] = "=~",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> ByWord = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["and"] = "&&",
        ["or"] = "||",
        ["not"] = "!, as in !(span.x = 1), or !=",
        ["eq"] = "=",
        ["equals"] = "=",
        ["is"] = "=",
        ["ne"] = "!=",
        ["neq"] = "!=",
        ["gt"] = ">",
        ["gte"] = ">=",
        ["ge"] = ">=",
        ["lt"] = "<",
        ["lte"] = "<=",
        ["le"] = "<=",
        ["in"] = "=~ \"a|b\", which matches either",
        ["like"] = "=~ \".*text.*\"",
        ["contains"] = "=~ \".*text.*\"",
        ["matches"] = "=~",
        ["regex"] = "=~",
        ["null"] = "nil",
        ["none"] = "nil",
        ["undefined"] = "nil",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>What the signs in a row that stand at the place were probably meant to be, with what was written; null when nobody knows.</summary>
    public static (string Written, string Meant)? AtSigns(string query, int place)
    {
        var (start, end) = (place, place);
        while (start > 0 && Signs.Contains(query[start - 1], StringComparison.Ordinal)) start--;
        while (end < query.Length && Signs.Contains(query[end], StringComparison.Ordinal)) end++;
        // Longer than any operator is no slip; nothing is copied of it.
        return end > start && end - start <= 3 && BySigns.TryGetValue(query[start..end], out var meant) ? (query[start..end], meant) : null;
    }

    public static string? OfWord(string word) => ByWord.GetValueOrDefault(word);
}
