using System.Globalization;
using Rubato.Web.Times;

namespace Rubato.Web.Queries;

/// <summary>What a search page shows, as its address says: <c>search?q=...&amp;from=now-1h&amp;to=now&amp;limit=20&amp;sort=duration</c>.</summary>
public sealed record SearchState(string Query, TimeRange Range, int Limit, SearchSort Sort)
{
    public const int DefaultLimit = 20;
    private static readonly int[] Limits = [20, 50, 100, 200, 500, 1000];

    public static IReadOnlyList<int> LimitChoices => Limits;

    public static SearchState Parse(string? query, string? from, string? to, string? limit, string? sort, DateTimeOffset now) => new(
        query?.Trim() ?? "", TimeRange.Parse(from, to, now),
        int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Limits.Contains(number) ? number : DefaultLimit,
        Enum.TryParse<SearchSort>(sort, ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : SearchSort.Newest);

    /// <summary>Relative to the UI's root; what is as usual is left out.</summary>
    public string ToAddress()
    {
        var parts = new List<string>();
        if (Query.Length > 0) parts.Add("q=" + Uri.EscapeDataString(Query));
        if (Range != TimeRange.LastHour) parts.Add($"from={Range.From}&to={Range.To}");
        if (Limit != DefaultLimit) parts.Add(string.Create(CultureInfo.InvariantCulture, $"limit={Limit}"));
        if (Sort != SearchSort.Newest) parts.Add("sort=" + Sort.ToString().ToLowerInvariant());
        return "search" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }
}

/// <summary>The order of the rows found. Which are found is always the newest.</summary>
public enum SearchSort
{
    Newest,
    Longest,
    Spans,
    Errors,
}
