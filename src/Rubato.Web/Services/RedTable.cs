namespace Rubato.Web.Services;

/// <summary>What the rows of a RED table are ordered by. Names go up, numbers down.</summary>
public enum RedSort
{
    Rate,
    Name,
    Errors,
    P50,
    P95,
    P99,
}

/// <summary>Rows as a table shows them.</summary>
public static class RedTable
{
    /// <summary>More rows than these are told, not shown: nobody reads them, and each has three lines to draw.</summary>
    public const int MostRows = 200;

    public static IReadOnlyList<RedRow> Of(IEnumerable<RedRow> rows, string filter, RedSort sort)
    {
        var kept = rows.Where(row => row.Name.Contains(filter, StringComparison.OrdinalIgnoreCase));
        return [.. (sort == RedSort.Name ? kept.OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase) : kept.OrderByDescending(row => NumberOf(row, sort))).ThenBy(row => row.Name, StringComparer.Ordinal)];
    }

    private static double NumberOf(RedRow row, RedSort sort) => sort switch
    {
        RedSort.Errors => row.ErrorRate,
        RedSort.P50 => row.P50,
        RedSort.P95 => row.P95,
        RedSort.P99 => row.P99,
        _ => row.Rate,
    };
}
