using System.Globalization;

namespace Rubato.Web.Times;

/// <summary>Lengths of time as people type them: <c>90m</c>, <c>1h30m</c>, <c>7d</c>.</summary>
public static class Durations
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(36_500);

    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var rest = text.AsSpan().Trim();
        if (rest.IsEmpty) return false;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is <= 0 or > 9) return false;
            var unit = UnitOf(rest[digits]);
            if (unit == default) return false;
            duration += unit * long.Parse(rest[..digits], CultureInfo.InvariantCulture);
            if (duration > Longest) return false;
            rest = rest[(digits + 1)..];
        }

        return true;
    }

    public static string Text(TimeSpan duration)
    {
        (TimeSpan Length, string Name)[] units = [(TimeSpan.FromDays(1), "d"), (TimeSpan.FromHours(1), "h"), (TimeSpan.FromMinutes(1), "m"), (TimeSpan.FromSeconds(1), "s")];
        var text = "";
        foreach (var (length, name) in units)
        {
            var count = duration.Ticks / length.Ticks;
            if (count > 0) text += count.ToString(CultureInfo.InvariantCulture) + name;
            duration -= length * count;
        }

        return text.Length == 0 ? "0s" : text;
    }

    private static TimeSpan UnitOf(char unit) => unit switch
    {
        's' => TimeSpan.FromSeconds(1),
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        'w' => TimeSpan.FromDays(7),
        _ => default,
    };
}
