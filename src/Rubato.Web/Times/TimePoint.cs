using System.Globalization;

namespace Rubato.Web.Times;

/// <summary>An end of a time range as addresses carry it: <c>now</c>, <c>now-90m</c>, or unix milliseconds.</summary>
public readonly record struct TimePoint
{
    private readonly TimeSpan _ago;
    private readonly DateTimeOffset? _fixed;

    private TimePoint(TimeSpan ago, DateTimeOffset? at)
    {
        _ago = ago;
        _fixed = at;
    }

    public static TimePoint Now => default;

    public bool IsRelative => _fixed is null;

    public TimeSpan Ago => _ago;

    public static TimePoint Before(TimeSpan ago) => new(ago, null);

    public static TimePoint At(DateTimeOffset time) => new(default, time);

    public DateTimeOffset Resolve(DateTimeOffset now) => _fixed ?? now - _ago;

    /// <summary>Reads <c>now-1h</c> and the like (units s, m, h, d, w), unix milliseconds, or ISO 8601.</summary>
    public static bool TryParse(string? text, out TimePoint point)
    {
        point = default;
        text = text?.Trim();
        if (string.IsNullOrEmpty(text)) return false;
        if (text == "now") return true;
        if (text.StartsWith("now-", StringComparison.Ordinal))
        {
            if (!Durations.TryParse(text[4..], out var ago)) return false;
            point = Before(ago);
            return true;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds))
        {
            if (milliseconds is < 0 or > 253_402_300_799_999) return false;
            point = At(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));
            return true;
        }

        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return false;
        point = At(time);
        return true;
    }

    public override string ToString() => _fixed is { } time
        ? time.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)
        : _ago == TimeSpan.Zero ? "now" : "now-" + Durations.Text(_ago);
}
