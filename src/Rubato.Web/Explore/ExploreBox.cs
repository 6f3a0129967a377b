using System.Globalization;

namespace Rubato.Web.Explore;

/// <summary>A box of the heat map whose spans are compared with the rest: those that began after <paramref name="From"/> until <paramref name="To"/> and took this long.</summary>
/// <param name="From">Unix milliseconds.</param>
/// <param name="To">Unix milliseconds.</param>
/// <param name="LongerThan">Nanoseconds.</param>
/// <param name="AtMost">Nanoseconds.</param>
public sealed record ExploreBox(long From, long To, long LongerThan, long AtMost)
{
    /// <summary>Of an address; null for none and for what is none.</summary>
    public static ExploreBox? Parse(string? text)
    {
        var parts = text?.Split('-') ?? [];
        var numbers = new long[4];
        if (parts.Length != numbers.Length) return null;
        for (var i = 0; i < numbers.Length; i++)
        {
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return null;
        }

        var box = new ExploreBox(numbers[0], numbers[1], numbers[2], numbers[3]);
        return box.From > 0 && box.From < box.To && box.To < long.MaxValue / 1_000_000 && box.LongerThan < box.AtMost ? box : null;
    }

    /// <summary>As TraceQL.</summary>
    public string Condition => $"duration > {Duration(LongerThan)} && duration <= {Duration(AtMost)}";

    /// <summary>The last arguments of <c>compare()</c>: nanoseconds.</summary>
    public string Times => string.Create(CultureInfo.InvariantCulture, $"{From * 1_000_000}, {To * 1_000_000}");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From}-{To}-{LongerThan}-{AtMost}");

    private static string Duration(long nanoseconds) => nanoseconds.ToString(CultureInfo.InvariantCulture) + "ns";
}
