using System.Globalization;

namespace Rubato.Web.Traces;

/// <summary>The part of a trace's time that is looked at, as shares of the whole: 0 its start, 1 its end. In addresses <c>0.25-0.5</c>.</summary>
public readonly record struct TimeWindow
{
    /// <summary>A millionth of the trace: a microsecond of a second.</summary>
    public const double Narrowest = 1e-6;

    private TimeWindow(double from, double to) => (From, To) = (from, to);

    public static TimeWindow Whole { get; } = new(0, 1);

    public double From { get; }

    public double To { get; }

    public double Width => To - From;

    public bool IsWhole => From <= 0 && To >= 1;

    /// <summary>Two ends in any order. What lies outside of the trace is cut off; a window is never narrower than <see cref="Narrowest"/>.</summary>
    public static TimeWindow Between(double one, double other)
    {
        var (from, to) = (Math.Clamp(Math.Min(one, other), 0, 1), Math.Clamp(Math.Max(one, other), 0, 1));
        return to - from >= Narrowest ? new TimeWindow(from, to) : Of((from + to) / 2, Narrowest);
    }

    /// <summary>The window of an address; the whole for none and for what is none.</summary>
    public static TimeWindow Parse(string? text)
    {
        var parts = text?.Split('-') ?? [];
        return parts.Length == 2 && Share(parts[0], out var from) && Share(parts[1], out var to) && from < to ? Between(from, to) : Whole;
    }

    /// <param name="factor">Of the width: below 1 shows less and larger.</param>
    public TimeWindow Zoom(double factor) => Of((From + To) / 2, Math.Clamp(Width * factor, Narrowest, 1));

    /// <param name="by">Of the width; stops at the ends of the trace.</param>
    public TimeWindow Move(double by) => Of(((From + To) / 2) + (by * Width), Width);

    /// <summary>A part of this window.</summary>
    public TimeWindow Within(double one, double other) => Between(From + (one * Width), From + (other * Width));

    /// <summary>Where a share of the trace lies in this window: 0 its left edge, 1 its right edge.</summary>
    public double PlaceOf(double share) => (share - From) / Width;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{From:0.########}-{To:0.########}");

    private static TimeWindow Of(double middle, double width)
    {
        var from = Math.Clamp(middle - (width / 2), 0, 1 - width);
        return new TimeWindow(from, from + width);
    }

    private static bool Share(string text, out double share) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out share) && share is >= 0 and <= 1;
}
