namespace Rubato.Configuration;

/// <summary>The nearest of some known words, when one is near enough to be what was meant.</summary>
internal static class DidYouMean
{
    /// <summary>A hint to put behind a message, or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> known) => Nearest(word, known) is { } near ? $"; did you mean {near}?" : "";

    public static string? Nearest(string word, IEnumerable<string> known)
    {
        // A third of the letters may be wrong; more is another word.
        var best = Math.Max(1, word.Length / 3) + 1;
        string? nearest = null;
        foreach (var candidate in known)
        {
            if (candidate.Length == 0 || Math.Abs(candidate.Length - word.Length) >= best)
                continue;
            var distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < best)
                (best, nearest) = (distance, candidate);
        }

        return nearest;
    }

    /// <summary>Insertions, deletions, changes and swaps of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        // A key is short; this cap keeps a hostile one from costing quadratic time.
        if (a.Length > 200 || b.Length > 200)
            return int.MaxValue;

        var beforePrevious = new int[b.Length + 1];
        var previous = new int[b.Length + 1];
        var current = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                current[j] = Math.Min(Math.Min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[b.Length];
    }
}
