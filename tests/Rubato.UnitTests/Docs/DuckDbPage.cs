using System.Globalization;
using System.Text;

namespace Rubato.UnitTests.Docs;

/// <summary>docs/duckdb.md as a list of queries, each with the table that the page shows below it (none for a statement without rows).</summary>
internal sealed class DuckDbPage
{
    private const string SqlFence = "```sql\n";
    private const string Fence = "```\n";

    private DuckDbPage(List<(string Sql, string Table)> queries) => Queries = queries;

    public static string Path { get; } = System.IO.Path.Combine(Golden.GoldenFiles.Folder(), "..", "..", "docs", "duckdb.md");

    public List<(string Sql, string Table)> Queries { get; }

    public static DuckDbPage Read(string text)
    {
        var queries = new List<(string, string)>();
        for (var at = text.IndexOf(SqlFence, StringComparison.Ordinal); at >= 0; at = text.IndexOf(SqlFence, at, StringComparison.Ordinal))
        {
            at += SqlFence.Length;
            var end = text.IndexOf(Fence, at, StringComparison.Ordinal);
            queries.Add((text[at..end], TableAfter(text, end + Fence.Length)));
            at = end + Fence.Length;
        }

        return new DuckDbPage(queries);
    }

    /// <summary>The page with these tables below its queries in place of those it has.</summary>
    public static string WithTables(string text, IEnumerable<string> tables)
    {
        var result = new StringBuilder();
        var at = 0;
        foreach (var table in tables)
        {
            var sql = text.IndexOf(SqlFence, at, StringComparison.Ordinal) + SqlFence.Length;
            var end = text.IndexOf(Fence, sql, StringComparison.Ordinal) + Fence.Length;
            result.Append(text, at, end - at);
            var old = TableAfter(text, end);
            if (old.Length > 0) end += 1 + old.Length;
            if (table.Length > 0) result.Append('\n').Append(table);
            at = end;
        }

        return result.Append(text, at, text.Length - at).ToString();
    }

    public static string Table(IReadOnlyList<string> columns, IReadOnlyList<object?[]> rows)
    {
        var text = new StringBuilder();
        text.Append("| ").AppendJoin(" | ", columns).Append(" |\n|").Append(string.Concat(Enumerable.Repeat("---|", columns.Count))).Append('\n');
        foreach (var row in rows) text.Append("| ").AppendJoin(" | ", row.Select(Cell)).Append(" |\n");
        return text.ToString();
    }

    private static string TableAfter(string text, int at)
    {
        if (at >= text.Length || text[at] != '\n') return "";
        var end = at + 1;
        while (end < text.Length && text[end] == '|') end = text.IndexOf('\n', end) + 1;
        return text[(at + 1)..end];
    }

    private static string Cell(object? value) => value switch
    {
        null => "NULL",
        bool flag => flag ? "true" : "false",
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}
