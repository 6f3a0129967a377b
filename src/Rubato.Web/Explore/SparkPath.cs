using System.Globalization;
using System.Text;

namespace Rubato.Web.Explore;

/// <summary>Values over time as the path of an SVG of 100 by 100, which is stretched to where it is shown.</summary>
public static class SparkPath
{
    /// <param name="values">By time; NaN leaves a gap.</param>
    /// <param name="most">What reaches the top.</param>
    public static string Of(IReadOnlyList<double> values, double most)
    {
        if (values.Count == 0 || most <= 0) return "";
        var path = new StringBuilder();
        var isDown = false;
        for (var i = 0; i < values.Count; i++)
        {
            if (!double.IsFinite(values[i]))
            {
                isDown = false;
                continue;
            }

            var x = values.Count == 1 ? 50 : i * 100.0 / (values.Count - 1);
            var y = 98 - (Math.Clamp(values[i] / most, 0, 1) * 96);
            path.Append(CultureInfo.InvariantCulture, $"{(isDown ? 'L' : 'M')}{x:0.#} {y:0.#}");
            isDown = true;
        }

        return path.ToString();
    }
}
