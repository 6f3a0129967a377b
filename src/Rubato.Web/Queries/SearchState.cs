using System.Globalization;
using Rubato.TraceQL.Syntax;
using Rubato.Web.Times;

namespace Rubato.Web.Queries;

/// <summary>What a search page shows, as its address says: <c>search?q=...&amp;from=now-1h&amp;to=now&amp;limit=20&amp;sort=duration</c>.</summary>
public sealed record SearchState(string Query, TimeRange Range, int Limit, SearchSort Sort)
{
    public const int DefaultLimit = 20;
    public const int MostColumns = 8;
    private static readonly int[] Limits = [20, 50, 100, 200, 500, 1000];

    public static IReadOnlyList<int> LimitChoices => Limits;

    /// <summary>Attributes of matching spans that are shown too, with commas between them.</summary>
    public string Columns { get; init; } = "";

    public IReadOnlyList<string> ColumnNames => Columns.Length == 0 ? [] : Columns.Split(',');

    /// <summary>The next larger choice; null where there is none.</summary>
    public int? LargerLimit => Limit < Limits[^1] ? Limits.First(l => l > Limit) : null;

    /// <summary>The query as it is sent: with the columns selected, where it is one that selects.</summary>
    public string SentQuery => (Query.Length == 0 ? "{ }" : Query) + (Columns.Length == 0 || !IsSelectable(Query) ? "" : $" | select({Columns})");

    public SearchState WithColumn(string name) => ColumnNames.Contains(name) || ColumnNames.Count >= MostColumns || !IsColumn(name) ? this : this with { Columns = string.Join(',', ColumnNames.Append(name)) };

    public SearchState WithoutColumn(string name) => this with { Columns = string.Join(',', ColumnNames.Where(c => c != name)) };

    public static bool IsColumn(string name) => !name.Contains(',', StringComparison.Ordinal) && TraceQLParser.TryParseField(name, out _, out _);

    public static SearchState Parse(string? query, string? from, string? to, string? limit, string? sort, DateTimeOffset now, string? columns = null) => new(
        query?.Trim() ?? "", TimeRange.Parse(from, to, now),
        int.TryParse(limit, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && Limits.Contains(number) ? number : DefaultLimit,
        Enum.TryParse<SearchSort>(sort, ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : SearchSort.Newest)
    {
        Columns = string.Join(',', (columns ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(IsColumn).Distinct().Take(MostColumns)),
    };

    /// <summary>Relative to the UI's root; what is as usual is left out.</summary>
    public string ToAddress()
    {
        var parts = new List<string>();
        if (Query.Length > 0) parts.Add("q=" + Uri.EscapeDataString(Query));
        Range.AddTo(parts);
        if (Limit != DefaultLimit) parts.Add(string.Create(CultureInfo.InvariantCulture, $"limit={Limit}"));
        if (Sort != SearchSort.Newest) parts.Add("sort=" + Sort.ToString().ToLowerInvariant());
        if (Columns.Length > 0) parts.Add("cols=" + Uri.EscapeDataString(Columns));
        return "search" + (parts.Count == 0 ? "" : "?" + string.Join('&', parts));
    }

    private static bool IsSelectable(string query) => query.Length == 0 || (TraceQLParser.TryParse(query, out var tree, out _) && tree is { Metrics: null, Hints.Count: 0 });
}

/// <summary>The order of the rows found. Which are found is always the newest.</summary>
public enum SearchSort
{
    Newest,
    Longest,
    Spans,
    Errors,
}
