using System.Text;

namespace Rubato.TraceQL.Regex;

/// <summary>Simple case folding: letters that <c>(?i)</c> takes for one, such as k, K and the Kelvin sign.</summary>
internal static class CaseFolding
{
    /// <summary>There are no cased letters beyond the supplementary multilingual plane.</summary>
    private const int LastCased = 0x1FFFF;

    private static readonly Lazy<Dictionary<int, int[]>> LazyOrbits = new(Build);

    public static IReadOnlyDictionary<int, int[]> Orbits => LazyOrbits.Value;

    public static int[] Of(int codePoint) => LazyOrbits.Value.TryGetValue(codePoint, out var others) ? others : [];

    private static Dictionary<int, int[]> Build()
    {
        var groups = new Dictionary<int, List<int>>();
        for (var codePoint = 0; codePoint <= LastCased; codePoint++)
        {
            if (!Rune.TryCreate(codePoint, out var rune))
                continue;
            // Upper of lower brings together what only one of the two mappings relates: U+212A (Kelvin) -> k -> K.
            var key = Rune.ToUpperInvariant(Rune.ToLowerInvariant(rune)).Value;
            if (codePoint is 0x17F)
                key = 'S'; // long s: invariant casing leaves it alone, Unicode's simple folding does not
            else if (codePoint is 0x130 or 0x131)
                key = codePoint; // dotted and dotless i fold to nothing outside Turkish
            if (!groups.TryGetValue(key, out var group))
                groups.Add(key, group = []);
            group.Add(codePoint);
        }

        var orbits = new Dictionary<int, int[]>();
        foreach (var group in groups.Values)
            if (group.Count > 1)
                foreach (var codePoint in group)
                    orbits.Add(codePoint, [.. group.Where(other => other != codePoint)]);
        return orbits;
    }
}
