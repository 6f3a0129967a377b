using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rubato.Configuration;

/// <summary>
/// Durations as Go and Prometheus write them, together: <c>1h30m</c>, <c>1.5h</c>, <c>-5s</c>, <c>7d</c>, <c>1w</c>, <c>0</c>.
/// A bare integer is nanoseconds, as in Tempo.
/// </summary>
internal static class ConfigDuration
{
    private const decimal NanosecondsPerTick = 100;

    private static readonly SearchValues<char> NumberLetters = SearchValues.Create("0123456789.");

    private static readonly (string Unit, decimal Nanoseconds)[] Units =
    [
        ("ns", 1m), ("us", 1_000m), ("\u00b5s", 1_000m), ("\u03bcs", 1_000m), ("ms", 1_000_000m), ("s", 1e9m), ("m", 60e9m), ("h", 3600e9m),
        ("d", 86_400e9m), ("w", 604_800e9m), ("y", 31_536_000e9m),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration, out string error)
    {
        duration = default;
        error = $"'{text}' is not a duration; expected a form such as 30s, 1h30m or 7d";
        if (text.IsEmpty)
            return false;

        var rest = text;
        var negative = rest[0] == '-';
        if (rest[0] is '-' or '+')
            rest = rest[1..];

        decimal total = 0;
        if (IsInteger(rest))
        {
            if (!decimal.TryParse(rest, NumberStyles.None, CultureInfo.InvariantCulture, out total))
                return TooLong(text, out error);
        }
        else if (rest.IsEmpty || !TrySum(rest, ref total, out var overflow))
        {
            return false;
        }
        else if (overflow)
        {
            return TooLong(text, out error);
        }

        // Never round to 0, which means "no limit" for many keys.
        var ticks = decimal.Ceiling(total / NanosecondsPerTick);
        if (ticks > long.MaxValue)
            return TooLong(text, out error);
        duration = TimeSpan.FromTicks(negative ? -(long)ticks : (long)ticks);
        error = "";
        return true;
    }

    /// <summary>A bare number other than 0, which nearly always was meant as seconds.</summary>
    public static bool IsBareNanoseconds(ReadOnlySpan<char> text) => IsInteger(text) && text.ContainsAnyExcept('0');

    /// <summary>Go's form: <c>1h0m0s</c>, <c>1m30s</c>, <c>500ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
            return "0s";

        var negative = duration < TimeSpan.Zero;
        var ticks = (ulong)(negative ? -(decimal)duration.Ticks : duration.Ticks);
        var text = new StringBuilder(negative ? "-" : "");
        if (ticks < TimeSpan.TicksPerSecond)
        {
            var (scale, unit) = ticks >= TimeSpan.TicksPerMillisecond ? (1e4m, "ms") : ticks >= 10 ? (10m, "\u00b5s") : (0.01m, "ns");
            return text.Append((ticks / scale).ToString("0.####", CultureInfo.InvariantCulture)).Append(unit).ToString();
        }

        var hours = ticks / TimeSpan.TicksPerHour;
        var minutes = ticks / TimeSpan.TicksPerMinute % 60;
        if (hours > 0)
            text.Append(hours).Append('h');
        if (hours > 0 || minutes > 0)
            text.Append(minutes).Append('m');
        var seconds = ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond;
        return text.Append(seconds.ToString("0.#######", CultureInfo.InvariantCulture)).Append('s').ToString();
    }

    private static bool TrySum(ReadOnlySpan<char> rest, ref decimal total, out bool overflow)
    {
        overflow = false;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(NumberLetters);
            if (digits <= 0)
                return false;
            if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return overflow = rest[..digits].Count('.') <= 1 && digits > 28;
            rest = rest[digits..];

            var letters = rest.IndexOfAny(NumberLetters);
            var unit = letters < 0 ? rest : rest[..letters];
            var scale = ScaleOf(unit);
            if (scale == 0)
                return false;
            if (number > 1e18m)
                return overflow = true;
            total += number * scale;
            rest = rest[unit.Length..];
        }

        return true;
    }

    private static decimal ScaleOf(ReadOnlySpan<char> unit)
    {
        foreach (var (name, nanoseconds) in Units)
        {
            if (unit.SequenceEqual(name))
                return nanoseconds;
        }

        return 0;
    }

    private static bool IsInteger(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    private static bool TooLong(ReadOnlySpan<char> text, out string error)
    {
        error = $"'{text}' is too long for a duration";
        return false;
    }
}
