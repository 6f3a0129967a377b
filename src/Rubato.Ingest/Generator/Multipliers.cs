using System.Globalization;
using Rubato.Model.Columns;

namespace Rubato.Ingest.Generator;

/// <summary>How many spans one stands for: 1 divided by the sampling ratio that it carries (spec/metrics-generator.md 2.8).</summary>
internal static class Multipliers
{
    /// <summary>Of each row its multiplier; null: all are 1.</summary>
    /// <param name="texts">The slice.</param>
    /// <param name="key">Attribute with the ratio; empty for none.</param>
    /// <param name="fromTracestate">Whether the tracestate counts, before the attribute.</param>
    public static double[]? Of(SliceTexts texts, string key, bool fromTracestate)
    {
        var column = key.Length == 0 ? null : texts.First(texts.Span(key), texts.Resource(key));
        var states = fromTracestate ? texts.Slice.Batch[SpanColumn.TraceState] as StringVector : null;
        if (column is null && states is null) return null;
        var result = new double[texts.Slice.Count];
        if (column is null) Array.Fill(result, 1);
        else FromAttribute(texts, column, result);
        if (states is not null) FromTracestates(states, texts.Slice.From, result);
        return result;
    }

    private static void FromAttribute(SliceTexts texts, int[] column, double[] result)
    {
        var known = new Dictionary<int, double> { [0] = 1 };
        for (var i = 0; i < result.Length; i++)
        {
            if (!known.TryGetValue(column[i], out var multiplier))
            {
                multiplier = double.TryParse(texts[column[i]], NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio > 0 && double.IsFinite(1 / ratio) ? 1 / ratio : 1;
                known.Add(column[i], multiplier);
            }

            result[i] = multiplier;
        }
    }

    /// <summary>Not through the pool of texts: a tracestate with a random value is another one in each trace.</summary>
    private static void FromTracestates(StringVector states, int from, double[] result)
    {
        var (lastCode, last) = (-1, (double?)null);
        for (var i = FirstFrom(states, from); i < states.Count; i++)
        {
            var row = (states.IsDense ? i : states.Rows[i]) - from;
            if (row >= result.Length) return;
            if (states.Codes[i] != lastCode) (lastCode, last) = (states.Codes[i], TracestateThreshold.MultiplierOf(states.Dictionary[states.Codes[i]]));
            if (last is { } multiplier) result[row] = multiplier;
        }
    }

    private static int FirstFrom(StringVector states, int row)
    {
        if (states.IsDense) return row;
        var i = states.Rows.BinarySearch(row);
        return i < 0 ? ~i : i;
    }
}
