using System.Globalization;
using Rubato.Web.Times;

namespace Rubato.Web.Explore;

/// <summary>What is looked at.</summary>
public enum ExploreSignal
{
    Rate,
    Errors,
    Duration,
}

/// <summary>Of which spans.</summary>
public enum ExploreSpans
{
    Root,
    All,
    Server,
    Consumer,
    Database,
}

public enum ExploreTab
{
    Breakdown,
    Comparison,
}

/// <summary>What an explore page shows, as its address says. Filters are conditions of TraceQL, all of which hold.</summary>
public sealed record ExploreState(ExploreSignal Signal, ExploreSpans Spans, ExploreTab Tab, string By, IReadOnlyList<string> Filters, string Quantile, TimeRange Range)
{
    public const string DefaultBy = "resource.service.name";
    public const int MostFilters = 20;
    private const int LongestFilter = 2_000;
    private static readonly string[] Quantiles = [".5", ".9", ".95", ".99"];

    public static IReadOnlyList<string> QuantileChoices => Quantiles;

    /// <summary>What is compared with the rest; null for the slow ones, or the failed ones.</summary>
    public ExploreBox? Box { get; init; }

    /// <summary>Whether a box of the heat map is what is compared.</summary>
    public bool ComparesBox => Box is not null && Tab == ExploreTab.Comparison && Signal == ExploreSignal.Duration;

    public static ExploreState Parse(string? signal, string? spans, string? tab, string? by, string[]? filters, string? quantile, string? from, string? to, DateTimeOffset now) => new(
        Read(signal, ExploreSignal.Rate), Read(spans, ExploreSpans.Root), Read(tab, ExploreTab.Breakdown), string.IsNullOrWhiteSpace(by) ? DefaultBy : by.Trim(),
        [.. (filters ?? []).Where(f => f is { Length: > 0 and <= LongestFilter }).Distinct().Take(MostFilters)], Quantiles.Contains(quantile) ? quantile! : ".95", TimeRange.Parse(from, to, now));

    public ExploreState With(string filter) => Filters.Contains(filter) ? this : this with { Filters = [.. Filters, filter] };

    public ExploreState Without(string filter) => this with { Filters = [.. Filters.Where(f => f != filter)] };

    /// <summary>Relative to the UI's root; what is as usual is left out.</summary>
    public string ToAddress()
    {
        var parts = new List<string>();
        if (Signal != ExploreSignal.Rate) parts.Add("signal=" + Text(Signal));
        if (Spans != ExploreSpans.Root) parts.Add("spans=" + Text(Spans));
        if (Tab != ExploreTab.Breakdown) parts.Add("tab=" + Text(Tab));
        if (By != DefaultBy) parts.Add("by=" + Uri.EscapeDataString(By));
        if (Quantile != ".95") parts.Add("p=" + Quantile);
        parts.AddRange(Filters.Select(f => "f=" + Uri.EscapeDataString(f)));
        if (Box is not null) parts.Add("box=" + Box);
        Range.AddTo(parts);
        return "explore" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }

    public bool Equals(ExploreState? other) => other is not null && ToAddress() == other.ToAddress();

    public override int GetHashCode() => ToAddress().GetHashCode(StringComparison.Ordinal);

    private static string Text<T>(T value)
        where T : struct, Enum => value.ToString().ToLower(CultureInfo.InvariantCulture);

    private static T Read<T>(string? text, T usual)
        where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : usual;
}
