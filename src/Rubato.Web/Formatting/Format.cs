using System.Globalization;

namespace Rubato.Web.Formatting;

/// <summary>Numbers as pages show them: three digits that count, a unit, a dot.</summary>
public static class Format
{
    /// <summary>Nanoseconds: 850ns, 12.3µs, 4.56ms, 1.23s, 2m 05s, 3h 12m.</summary>
    public static string Duration(double nanoseconds)
    {
        var sign = nanoseconds < 0 ? "-" : "";
        var value = Math.Abs(nanoseconds);
        return sign + value switch
        {
            < 1e3 => Digits(value) + "ns",
            < 1e6 => Digits(value / 1e3) + "µs",
            < 1e9 => Digits(value / 1e6) + "ms",
            < 60e9 => Digits(value / 1e9) + "s",
            < 3600e9 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value / 60e9)}m {Math.Floor(value % 60e9 / 1e9):00}s"),
            < 86_400e9 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value / 3600e9)}h {Math.Floor(value % 3600e9 / 60e9):00}m"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(value / 86_400e9)}d {Math.Floor(value % 86_400e9 / 3600e9):00}h"),
        };
    }

    public static string Duration(TimeSpan duration) => Duration(duration.Ticks * 100.0);

    /// <summary>1,234,567</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>999, 12.3k, 4.56M</summary>
    public static string Short(double number) => Math.Abs(number) switch
    {
        < 1e3 => Digits(number),
        < 1e6 => Digits(number / 1e3) + "k",
        < 1e9 => Digits(number / 1e6) + "M",
        _ => Digits(number / 1e9) + "G",
    };

    /// <summary>Per second: 0.02/s, 12.3/s, 4.56k/s</summary>
    public static string Rate(double perSecond) => Short(perSecond) + "/s";

    /// <summary>Bytes in powers of 1,024: 512 B, 1.50 KiB, 12.3 MiB</summary>
    public static string Bytes(double bytes) => Math.Abs(bytes) switch
    {
        < 1024 => Digits(bytes) + " B",
        < 1024.0 * 1024 => Digits(bytes / 1024) + " KiB",
        < 1024.0 * 1024 * 1024 => Digits(bytes / (1024.0 * 1024)) + " MiB",
        < 1024.0 * 1024 * 1024 * 1024 => Digits(bytes / (1024.0 * 1024 * 1024)) + " GiB",
        _ => Digits(bytes / (1024.0 * 1024 * 1024 * 1024)) + " TiB",
    };

    /// <summary>A share of 1: 0%, 0.03%, 12.5%, 100%</summary>
    public static string Percent(double share) => share switch
    {
        0 => "0%",
        1 => "100%",
        < 0.0001 and > 0 => "<0.01%",
        > 0.999 and < 1 => "99.9%",
        _ => Digits(share * 100) + "%",
    };

    /// <summary>2026-03-01 14:03:07.123</summary>
    public static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>2026-03-01 14:03:07</summary>
    public static string TimeToSecond(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>Now, 12s ago, 5m ago, 3h ago, 2d ago</summary>
    public static string Ago(DateTimeOffset time, DateTimeOffset now)
    {
        var ago = now - time;
        return ago.TotalSeconds switch
        {
            < 2 => "now",
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{ago.TotalSeconds:0}s ago"),
            < 3600 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(ago.TotalMinutes)}m ago"),
            < 86_400 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(ago.TotalHours)}h ago"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(ago.TotalDays)}d ago"),
        };
    }

    private static string Digits(double value)
    {
        var size = Math.Abs(value);
        var form = size switch
        {
            0 => "0",
            >= 99.95 => "0",
            >= 9.995 => "0.#",
            >= 0.01 => "0.##",
            _ => "0.####",
        };
        return value.ToString(form, CultureInfo.InvariantCulture);
    }
}
