using System.Globalization;
using Rubato.Web.Formatting;

namespace Rubato.Web.Compare;

/// <summary>How much more or less, as pages show it: the sign says it, whatever the colour.</summary>
public static class Differences
{
    private const string Same = "same";

    /// <summary>Nanoseconds: +12ms, -3ms, same</summary>
    public static string Duration(long nanoseconds) => nanoseconds == 0 ? Same : (nanoseconds > 0 ? "+" : "") + Format.Duration(nanoseconds);

    /// <summary>+2, -1, same</summary>
    public static string Count(long count) => count == 0 ? Same : (count > 0 ? "+" : "") + Format.Count(count);

    /// <summary>+12.5%, -50%; empty where it says nothing.</summary>
    public static string Share(long from, long to) =>
        from <= 0 || from == to ? "" : string.Create(CultureInfo.InvariantCulture, $"{(to > from ? "+" : "-")}{Math.Abs(to - from) * 100.0 / from:0.#}%");
}
