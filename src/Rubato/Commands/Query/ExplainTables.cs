using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Rubato.Commands.Query;

/// <summary>Shows how a query ran: steps, columns, and the parts of the store that it read or left out.</summary>
internal static class ExplainTables
{
    /// <summary>Of more parts those that were read come first; the rest is counted.</summary>
    private const int MaxParts = 40;

    public static void Show(IAnsiConsole console, JsonElement answer)
    {
        console.WriteLine(answer.Text("query"));
        console.WriteLine();
        Table steps = Create("Step", "Times", "Milliseconds");
        foreach (JsonElement step in answer.Items("steps"))
        {
            AddRow(steps, step.Text("name"), Number(step, "times"), Time(step));
        }

        console.Write(steps);
        Table columns = Create("Column read", "Reads", "Rows", "Bytes", "Milliseconds");
        foreach (JsonElement column in answer.Items("columns"))
        {
            AddRow(columns, column.Text("name"), Number(column, "reads"), Number(column, "rows"), Number(column, "bytes"), Time(column));
        }

        if (columns.Rows.Count > 0) console.Write(columns);
        List<JsonElement> parts = [.. answer.Items("segments").OrderBy(s => s.Text("outcome") switch { "failed" => 0, "read" => 1, "ruled out" => 2, _ => 3 })];
        Table segments = Create("Row group or batch", "Spans", "Outcome", "Why");
        foreach (JsonElement part in parts.Take(MaxParts))
        {
            AddRow(segments, part.Text("name"), Number(part, "spans"), part.Text("outcome"), part.Text("why"));
        }

        console.Write(segments);
        foreach (IGrouping<string, JsonElement> left in parts.Skip(MaxParts).GroupBy(s => s.Text("outcome")))
        {
            console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"and {left.Count()} more: {left.Key}"));
        }

        if (answer.Member("receipt") is not { } receipt) return;
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{answer.Int64("found")} found; blocks {Pair(receipt, "blocks")}; spans {Pair(receipt, "spans")}; bytes {Pair(receipt, "bytes")}"));
        foreach (JsonElement failure in receipt.Items("failures"))
        {
            console.WriteLine($"missing: {failure}");
        }
    }

    private static string Pair(JsonElement receipt, string name) => receipt.Member(name) is { } pair
        ? string.Create(CultureInfo.InvariantCulture, $"{pair.Int64("inspected"):N0} inspected, {pair.Int64("skipped"):N0} skipped")
        : "";

    private static string Number(JsonElement of, string name) => of.Int64(name).ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(JsonElement of) => of.Number("milliseconds").ToString("0.###", CultureInfo.InvariantCulture);

    private static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table { Border = TableBorder.Simple };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))));
        }

        return table;
    }

    // As Text: names come from other people's spans and are never read as markup.
    private static void AddRow(Table table, params string[] cells) => table.AddRow([.. cells.Select(cell => new Text(cell))]);
}
