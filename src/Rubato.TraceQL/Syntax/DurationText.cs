using System.Buffers;
using System.Globalization;

namespace Rubato.TraceQL.Syntax;

/// <summary>The two notations of durations (spec/traceql.md 2.3). Values beyond 64-bit nanoseconds are not durations.</summary>
public static class DurationText
{
    private static readonly SearchValues<char> NumberRunes = SearchValues.Create("0123456789.");

    private static readonly (string Name, long Nanoseconds)[] PrometheusUnits =
    [
        ("y", 365 * 86_400_000_000_000), ("w", 7 * 86_400_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000),
        ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000),
    ];

    private static readonly (string Name, long Nanoseconds)[] GoUnits =
    [
        ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
        ("h", 3_600_000_000_000),
    ];

    public static bool TryParse(ReadOnlySpan<char> text, out long nanoseconds) => TryPrometheus(text, out nanoseconds) || TryGo(text, out nanoseconds);

    /// <summary>Integers with descending units, each at most once: <c>1h30m</c>, <c>2w</c>.</summary>
    private static bool TryPrometheus(ReadOnlySpan<char> text, out long nanoseconds)
    {
        Int128 total = 0;
        var next = 0;
        nanoseconds = 0;
        if (text.IsEmpty)
            return false;
        while (!text.IsEmpty)
        {
            var digits = text.IndexOfAnyExceptInRange('0', '9');
            if (digits <= 0 || !long.TryParse(text[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return false;
            text = text[digits..];
            var unit = UnitOf(text, PrometheusUnits, next);
            if (unit < 0)
                return false;
            next = unit + 1;
            total += (Int128)number * PrometheusUnits[unit].Nanoseconds;
            if (total > long.MaxValue)
                return false;
            text = text[PrometheusUnits[unit].Name.Length..];
        }

        nanoseconds = (long)total;
        return true;
    }

    /// <summary>Decimal numbers with units in any order: <c>1.5s</c>, <c>1h0.5m</c>.</summary>
    private static bool TryGo(ReadOnlySpan<char> text, out long nanoseconds)
    {
        decimal total = 0;
        nanoseconds = 0;
        if (text.IsEmpty)
            return false;
        while (!text.IsEmpty)
        {
            var length = text.IndexOfAnyExcept(NumberRunes);
            // 28 digits: what a decimal holds; a longer one is no sensible duration.
            if (length is <= 0 or > 28 || !decimal.TryParse(text[..length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
                return false;
            text = text[length..];
            var unit = UnitOf(text, GoUnits, 0);
            if (unit < 0 || number > long.MaxValue / GoUnits[unit].Nanoseconds)
                return false;
            total += decimal.Truncate(number * GoUnits[unit].Nanoseconds);
            if (total > long.MaxValue)
                return false;
            text = text[GoUnits[unit].Name.Length..];
        }

        nanoseconds = (long)total;
        return true;
    }

    private static int UnitOf(ReadOnlySpan<char> text, (string Name, long)[] units, int from)
    {
        var length = text.IndexOfAnyInRange('0', '9');
        var point = text.IndexOf('.');
        if (length < 0 || (point >= 0 && point < length))
            length = point < 0 ? text.Length : point;
        for (var i = from; i < units.Length; i++)
            if (text[..length].SequenceEqual(units[i].Name))
                return i;
        return -1;
    }
}
