using System.Globalization;

namespace Rubato.Ingest.Generator;

/// <summary>How many spans one stands for: 1 divided by the sampling ratio that it carries (spec/metrics-generator.md 2.8).</summary>
internal static class Multipliers
{
    /// <summary>Of each row its multiplier; null: all are 1.</summary>
    public static double[]? Of(SliceTexts texts, string key)
    {
        if (key.Length == 0) return null;
        var column = texts.First(texts.Span(key), texts.Resource(key));
        if (column is null) return null;
        var known = new Dictionary<int, double> { [0] = 1 };
        var result = new double[texts.Slice.Count];
        for (var i = 0; i < result.Length; i++)
        {
            if (!known.TryGetValue(column[i], out var multiplier))
            {
                multiplier = double.TryParse(texts[column[i]], NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio > 0 && double.IsFinite(1 / ratio) ? 1 / ratio : 1;
                known.Add(column[i], multiplier);
            }

            result[i] = multiplier;
        }

        return result;
    }
}
