namespace Rubato.TraceQL.Syntax;

/// <summary>Finds what was probably meant.</summary>
internal static class Suggestion
{
    /// <summary>The nearest candidate, if it is near: at most a third of the letters differ.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        if (word.Length > 40)
            return null;
        var best = Math.Max(1, word.Length / 3) + 1;
        string? nearest = null;
        foreach (var candidate in candidates)
        {
            var distance = string.Equals(word, candidate, StringComparison.OrdinalIgnoreCase) ? 0 : Distance(word, candidate);
            if (distance < best)
                (best, nearest) = (distance, candidate);
        }

        // The beginning of a longer word: err, dura, count_over.
        return nearest ?? (word.Length >= 3 ? candidates.Order(StringComparer.Ordinal).FirstOrDefault(c => c.StartsWith(word, StringComparison.OrdinalIgnoreCase)) : null);
    }

    /// <summary>Insertions, deletions, changes and swaps of neighbours count one each: <c>nmae</c> is one slip away from <c>name</c>.</summary>
    private static int Distance(string a, string b)
    {
        var cost = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    cost[i, j] = i + j;
                    continue;
                }

                var change = cost[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                cost[i, j] = Math.Min(change, Math.Min(cost[i - 1, j], cost[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    cost[i, j] = Math.Min(cost[i, j], cost[i - 2, j - 2] + 1);
            }

        return cost[a.Length, b.Length];
    }
}
