using System.Globalization;

namespace Rubato.Commands.Query;

/// <summary>The time range of a question as <c>start</c> and <c>end</c> in Unix seconds, or <c>since</c> for the server to resolve.</summary>
internal static class QueryRange
{
    private const string Forms = "must be Unix seconds, a date such as 2026-01-31T12:00:00Z, or an age such as 90s, 15m, 1h, 2d";

    /// <summary>The parameters to send; a start alone means until now, because servers refuse one without the other.</summary>
    public static List<(string Name, string Value)> Parameters(string? start, string? end, string? since, DateTimeOffset now)
    {
        if (since is not null)
        {
            if (start is not null || end is not null)
            {
                throw new QueryFailedException("--since cannot be combined with --start or --end");
            }

            return [("since", since)];
        }

        if (start is null)
        {
            return end is null ? [] : throw new QueryFailedException("--end needs --start");
        }

        long from = Seconds("--start", start, now);
        long until = end is null ? now.ToUnixTimeSeconds() + 1 : Seconds("--end", end, now);
        return until > from
            ? [("start", from.ToString(CultureInfo.InvariantCulture)), ("end", until.ToString(CultureInfo.InvariantCulture))]
            : throw new QueryFailedException($"--start {start} is not before the end of the range");
    }

    private static long Seconds(string option, string text, DateTimeOffset now)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds))
        {
            return seconds;
        }

        // 36500 d, a century, is beyond what any store holds and far below what DateTimeOffset can subtract.
        double unit = text.LastOrDefault() switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 };
        if (unit > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double count) && count * unit < 36500d * 86400)
        {
            return (now - TimeSpan.FromSeconds(count * unit)).ToUnixTimeSeconds();
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset date)
            ? date.ToUnixTimeSeconds()
            : throw new QueryFailedException($"{option} {text} is not a time: {Forms}");
    }
}
