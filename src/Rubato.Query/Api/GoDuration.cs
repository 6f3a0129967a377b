using System.Globalization;
using System.Text;

namespace Rubato.Query.Api;

/// <summary>Durations in Go's notation (<c>1.5s</c>, <c>168h0m0s</c>) and in Prometheus' (<c>1d12h</c>), as parameters and messages have them.</summary>
internal static class GoDuration
{
    /// <summary>Decimal numbers with units ns us ms s m h, any order, sign allowed; <c>0</c> alone.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        if (text == "0") return true;
        var rest = text.AsSpan();
        var sign = 1;
        if (rest.Length > 0 && rest[0] is '+' or '-')
        {
            sign = rest[0] == '-' ? -1 : 1;
            rest = rest[1..];
        }

        if (rest.IsEmpty) return false;
        double nanos = 0;
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.')) digits++;
            if (digits == 0 || !double.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            rest = rest[digits..];
            var letters = 0;
            while (letters < rest.Length && !char.IsAsciiDigit(rest[letters]) && rest[letters] != '.') letters++;
            double unit = rest[..letters] switch
            {
                "ns" => 1,
                "us" or "µs" or "μs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 60e9,
                "h" => 3600e9,
                _ => 0,
            };
            if (unit == 0) return false;
            nanos += number * unit;
            rest = rest[letters..];
        }

        if (nanos >= 9.2e18) return false;
        duration = TimeSpan.FromTicks((long)(sign * nanos / 100));
        return true;
    }

    /// <summary>Integers with units y w d h m s ms, each at most once, largest first.</summary>
    public static bool TryParsePrometheus(string text, out TimeSpan duration)
    {
        duration = default;
        if (text == "0") return true;
        var rest = text.AsSpan();
        if (rest.IsEmpty) return false;
        var last = double.MaxValue;
        double seconds = 0;
        while (!rest.IsEmpty)
        {
            var digits = 0;
            while (digits < rest.Length && char.IsAsciiDigit(rest[digits])) digits++;
            if (digits is 0 or > 12) return false;
            var number = long.Parse(rest[..digits], CultureInfo.InvariantCulture);
            rest = rest[digits..];
            var letters = 0;
            while (letters < rest.Length && char.IsAsciiLetter(rest[letters])) letters++;
            double unit = rest[..letters] switch
            {
                "y" => 365 * 86_400d,
                "w" => 7 * 86_400d,
                "d" => 86_400d,
                "h" => 3600d,
                "m" => 60d,
                "s" => 1d,
                "ms" => 0.001,
                _ => 0,
            };
            if (unit == 0 || unit >= last) return false;
            last = unit;
            seconds += number * unit;
            rest = rest[letters..];
        }

        if (seconds > 290 * 365 * 86_400d) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>Go's text of a duration of whole seconds: <c>168h0m0s</c>, <c>2m5s</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        var hours = (long)duration.TotalHours;
        if (hours > 0) text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (hours > 0 || duration.Minutes > 0) text.Append(CultureInfo.InvariantCulture, $"{duration.Minutes}m");
        var seconds = duration.Seconds + ((duration.Ticks % TimeSpan.TicksPerSecond) / (double)TimeSpan.TicksPerSecond);
        return text.Append(CultureInfo.InvariantCulture, $"{seconds:0.#########}s").ToString();
    }
}
