namespace Rubato.Web.Times;

/// <summary>The time that a page looks at; moves with the clock where its ends are relative.</summary>
public readonly record struct TimeRange(TimePoint From, TimePoint To)
{
    public static readonly TimeRange LastHour = Last(TimeSpan.FromHours(1));

    /// <summary>Adds <c>from</c> and <c>to</c> to the parts of an address; the usual range is left out.</summary>
    public void AddTo(List<string> parts)
    {
        if (this != LastHour) parts.Add($"from={From}&to={To}");
    }

    public static TimeRange Last(TimeSpan length) => new(TimePoint.Before(length), TimePoint.Now);

    public static TimeRange Between(DateTimeOffset from, DateTimeOffset to) => new(TimePoint.At(from), TimePoint.At(to));

    public bool IsRelative => From.IsRelative && To.IsRelative;

    /// <summary>The parameters <c>from</c> and <c>to</c> of an address; the last hour where they are missing or no times, or end before they begin.</summary>
    public static TimeRange Parse(string? from, string? to, DateTimeOffset now)
    {
        if (!TimePoint.TryParse(from, out var start)) return LastHour;
        if (!TimePoint.TryParse(to ?? "now", out var end)) return LastHour;
        var range = new TimeRange(start, end);
        return start.Resolve(now) < end.Resolve(now) ? range : LastHour;
    }

    public (DateTimeOffset Start, DateTimeOffset End) Resolve(DateTimeOffset now) => (From.Resolve(now), To.Resolve(now));
}
