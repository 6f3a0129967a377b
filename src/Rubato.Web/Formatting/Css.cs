using System.Globalization;

namespace Rubato.Web.Formatting;

/// <summary>Values as styles have them.</summary>
internal static class Css
{
    /// <summary>A share of 1 as a length: 12.345%</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.###}%");

    /// <summary>A length in pixels: 26px</summary>
    public static string Pixels(float length) => string.Create(CultureInfo.InvariantCulture, $"{length:0.###}px");
}
